// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <map>
#include <mutex>

namespace troupe::io {

/// Rows that one writes and others read while they come: in a file that has no name, so that
/// nothing is left of it when the process ends, however it ends. Memory does not grow with it.
/// Threads: any, all functions; one appends at a time.
class row_spill {
public:
  /// Takes: the folder; "": the system's for temporary files. Throws: std::runtime_error, one line.
  explicit row_spill(const std::string& folder);
  ~row_spill();
  row_spill(const row_spill&) = delete;
  row_spill& operator=(const row_spill&) = delete;

  /// Takes: whole rows. Returns: "" or why not, in one line; then none of them counts.
  /// Calls who waits for more, on this thread.
  std::string append(std::string_view rows);
  void end(); ///< no more will come; may be called again

  /// No more will come, though the crawl has not ended: who reads to the end finds `failed`.
  void cut();

  struct piece {
    std::string bytes;   ///< whole or half rows
    bool ended = false;  ///< nothing comes behind `bytes`
    bool failed = false; ///< the file could not be read, or what should follow will not
  };
  piece read(std::uint64_t offset, std::size_t bytes_max) const;

  /// `more` is called once, as soon as there are bytes behind `offset`, or it has ended; on the
  /// writer's thread.
  /// Returns: a number for forget(); 0, and nothing will be called, if that is so already.
  std::uint64_t when_more(std::uint64_t offset, std::function<void()> more);
  /// Whoever waited has gone. A call that is under way may still come.
  void forget(std::uint64_t waiter);

  std::uint64_t size() const;
  std::size_t waiting() const; ///< who wait for more

private:
  void wake(std::unique_lock<std::mutex> lock);

  int fd_ = -1;
  mutable std::mutex mutex_; // guards the rest
  std::uint64_t size_ = 0;
  bool ended_ = false;
  bool cut_ = false;
  std::uint64_t last_waiter_ = 0;
  std::map<std::uint64_t, std::function<void()>> waiters_; // in the order in which they came
};

} // namespace troupe::io
