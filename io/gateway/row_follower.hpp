// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

#include "io/crawl/row_spill.hpp"
#include "io/http_server/answer.hpp"

namespace troupe::gateway {

/// How many may read at a time. Threads: any.
class reader_seats {
public:
  explicit reader_seats(std::size_t most) : free_(most) {}
  bool take() {
    auto n = free_.load();
    while (n > 0 && !free_.compare_exchange_weak(n, n - 1)) {
    }
    return n > 0;
  }
  void give_back() { ++free_; }

private:
  std::atomic<std::size_t> free_;
};

/// Hands rows to one reader as they come and as he takes them:
///
///     read a piece -> write it -> wait for room -> read a piece ... none there -> wait for more
///     -> ... none will come -> end
///
/// What waits is one piece and what the stream holds, however far the reader is behind. It reads
/// the file on whichever thread says that it may go on: mostly the connection's, and mostly from
/// the system's memory; a disk that is slow holds up that thread's other connections.
/// Keeps itself alive until the end, or until gone().
class row_follower : public std::enable_shared_from_this<row_follower> {
public:
  /// Takes a seat, if there is one.
  row_follower(std::size_t piece_bytes, std::shared_ptr<reader_seats> seats);
  ~row_follower();
  row_follower(const row_follower&) = delete;
  row_follower& operator=(const row_follower&) = delete;

  bool seated() const { return had_seat_; } ///< false: too many read already
  /// Call it once. Takes: `rows` with what owns them.
  /// `stop`: then it is as if the reader had gone.
  void start(std::shared_ptr<io::row_spill> rows, std::shared_ptr<io::answer_stream> out,
             const std::stop_token& stop = {});
  /// The reader has gone, or never came. Threads: any, at any time.
  void gone();

private:
  void go_on();
  void leave_seat();

  std::size_t piece_bytes_;
  std::shared_ptr<reader_seats> seats_;
  const bool had_seat_;
  std::shared_ptr<io::row_spill> rows_;
  std::shared_ptr<io::answer_stream> out_;
  std::uint64_t offset_ = 0;

  std::mutex mutex_; // guards the rest
  std::uint64_t waiter_ = 0;
  bool gone_ = false;
  bool seated_;
  std::optional<std::stop_callback<std::function<void()>>> at_stop_;
};

} // namespace troupe::gateway
