// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "domain/primes/lines.hpp"

namespace troupe::apps {

/// Shows on a terminal's standard error that something is going on: one line, written over, from
/// the second second on, and only while nothing is written to the same terminal.
class primes_progress {
public:
  /// Takes: `doing`, "proving" or so; `show`: whether at all.
  primes_progress(std::string doing, bool show);
  ~primes_progress(); ///< wipes the line
  primes_progress(const primes_progress&) = delete;
  primes_progress& operator=(const primes_progress&) = delete;

  void count(const primes::line_counts& now); ///< any thread
  void before_output();    ///< any thread: wipes the line for a while, if it is in the way
  void before_complaint(); ///< any thread: wipes the line

private:
  using clock = std::chrono::steady_clock;
  void draw();
  void wipe();

  std::string doing_;
  bool shown_ = false;
  std::mutex mutex_;
  std::uint64_t answers_ = 0;
  clock::time_point begun_ = clock::now(), quiet_until_;
  bool output_is_terminal_;
  std::jthread ticker_; // last: ends first
};

} // namespace troupe::apps
