// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>

#include "io/http_server/inbox.hpp"

namespace troupe::io {

/// What both sides of a streamed answer share: whoever writes, on any thread, and the connection.
class stream_core {
public:
  explicit stream_core(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// Returns: false if nobody reads any more, or now too much waits.
  bool add(std::size_t bytes);
  /// The first piece goes with the head, however large.
  void add_first(std::size_t bytes) { waiting_.fetch_add(bytes, std::memory_order_relaxed); }
  /// So many bytes were sent. Threads: the connection's.
  void sent(std::size_t bytes) { waiting_.fetch_sub(bytes, std::memory_order_relaxed); }
  /// Nobody reads any more. Threads: any. Returns: false if that was known.
  bool end_reading() { return !over_.exchange(true); }
  bool is_over() const { return over_.load(); }
  /// Returns: true, once, if too much waited.
  bool take_overfull() { return overfull_.exchange(false); }

  void set_room(std::function<void()> room);
  /// Calls who waits for room, if there is some. Threads: the connection's.
  void tell_room();

private:
  const std::size_t bytes_max_;
  std::atomic<std::size_t> waiting_{0};
  std::atomic<bool> over_{false};
  std::atomic<bool> overfull_{false};
  std::atomic<bool> someone_waits_{false};
  std::mutex gate_;
  std::function<void()> room_;
};

} // namespace troupe::io
