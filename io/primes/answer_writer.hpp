// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string_view>

#include "io/primes/stop_event.hpp"
#include "io/primes/stream.hpp"

namespace troupe::io {

/// The one end of every way to check a stream: takes the blocks' answers in order, writes them, and
/// complains of lines without a verdict by their numbers.
///
/// After a stop it still tries for stop_grace to write what it is given, and begins nothing
/// else. A pipe or terminal is written to without blocking, by a description of our own, so that a
/// reader who has gone to sleep cannot keep us.
/// Threads: one at a time.
class answer_writer {
public:
  answer_writer(const prime_plan& plan, const prime_setting& setting);
  ~answer_writer();
  answer_writer(const answer_writer&) = delete;
  answer_writer& operator=(const answer_writer&) = delete;

  /// Takes: the next block's answer; of one that is not whole, nothing is written.
  /// Returns: whether more is wanted.
  bool write(const primes::block_answer& answer);
  /// Returns: whether more is wanted.
  bool wants_more() const { return wants_more_; }

  /// Call once, when nothing more comes. Takes: whether that was all there was.
  prime_summary finish(bool complete, const std::string& read_error = {});

private:
  void write_all(std::string_view text);
  bool wait_until_writable();
  void complain(const primes::block_answer& answer);

  const prime_plan& plan_;
  const prime_setting& setting_;
  stop_event stop_;
  int fd_;
  bool own_fd_ = false;
  bool wants_more_ = true;
  std::uint64_t faults_told_ = 0;
  std::optional<std::chrono::steady_clock::time_point> grace_end_; // once a stop was seen
  prime_summary sum_;
};

} // namespace troupe::io
