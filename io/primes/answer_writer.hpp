// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>

#include "io/primes/line_output.hpp"
#include "io/primes/stream.hpp"

namespace troupe::io {

/// The one end of every way to check a stream: takes the blocks' answers in order, writes them, and
/// complains of lines without a verdict by their numbers.
///
/// After a stop it still tries for stop_grace to write what it is given, and begins nothing else.
/// How: line_output.hpp.
/// Threads: one at a time.
class answer_writer {
public:
  answer_writer(const prime_plan& plan, const prime_setting& setting);

  /// Takes: the next block's answer; of one that is not whole, nothing is written.
  /// Returns: whether more is wanted.
  bool write(const primes::block_answer& answer);
  /// Returns: whether more is wanted.
  bool wants_more() const { return wants_more_; }

  /// Call once, when nothing more comes. Takes: whether that was all there was.
  prime_summary finish(bool complete, const std::string& read_error = {});

private:
  void complain(const primes::block_answer& answer);

  const prime_plan& plan_;
  const prime_setting& setting_;
  line_output output_;
  bool wants_more_ = true;
  std::uint64_t faults_told_ = 0;
  prime_summary sum_;
};

} // namespace troupe::io
