// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <stop_token>
#include <string_view>

#include "domain/primes/lines.hpp"
#include "io/primes/stream.hpp"

namespace troupe::io {

/// A block's answer, and how long it took to find it.
struct timed_answer {
  primes::block_answer answer;
  std::chrono::nanoseconds took{0};
};

/// Checks blocks of lines for one worker: the line_checker, with a judge that can be stopped.
class block_checker {
public:
  /// Takes: `killable`, if this process will be killed rather than asked to stop: then nothing runs
  /// in a process of its own.
  block_checker(const prime_plan& plan, std::stop_token stop, bool killable = false);

  /// Throws: worker_died, if a number took the process with it that judged it.
  timed_answer check(std::string_view lines);

  /// The same for who cannot die of it: tries again, block_deaths_max times in all, and then gives
  /// the block up. Throws: nothing.
  timed_answer check_or_give_up(std::string_view lines);

private:
  primes::line_job job_;
  unsigned deaths_max_;
  primes::line_checker checker_;
};

/// Judges one number; what is more than instant is done in a process that a stop kills.
/// Returns: cancelled after a stop. Throws: worker_died; std::system_error.
primes::verdict judge_until(std::string_view digits, primes::method how,
                            const std::stop_token& stop);

} // namespace troupe::io
