// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <caf/timespan.hpp>

#include "io/primes/block_checker.hpp"
#include "messages/primes.hpp"

namespace troupe::primes {

/// What a reader got: lines, or none and why.
struct read_result {
  std::shared_ptr<const std::string> lines;
  bool complete = false;
  std::string error;
};

/// The outside world as these actors see it: real I/O in a program, doubles in a test. What throws
/// takes the actor with it that called.
struct check_ports {
  /// Makes what a checker checks blocks with, as long as they are of this job; used by it alone.
  std::function<std::function<io::timed_answer(std::string_view lines)>(const line_job& job)>
      make_line_checker;
  /// Called by every checker.
  std::function<std::vector<verdict>(const number_list& list, method how)> check_numbers;
  /// Returns: the answer to a block that nobody could check.
  std::function<block_answer(const line_job& job, std::string_view lines)> give_up;

  // Only for a stream:
  std::function<read_result(std::size_t bytes_wanted)> read; ///< may wait; by the reader only
  std::function<bool(const block_answer&)> write;            ///< likewise, by the writer only
  std::function<void(const line_counts&)> progress; ///< by the progress actor; may be empty
};

/// The actors' own bounds.
struct crew_limits {
  unsigned checkers = 2;           ///< beside the supervisor; 0 where all of them are elsewhere
  std::uint32_t batches_ahead = 2; ///< that a checker has at once, the one it is at included
  unsigned batch_deaths_max = 3;   ///< checkers that may die over one batch
  unsigned batch_losses_max = 10;  ///< connections that may be lost over one batch
  std::uint32_t checker_room_max = 1024;           ///< batches that one checker may ask for
  unsigned restarts_max = 100;                     ///< checkers replaced in one run; then it ends
  std::size_t batch_numbers_max = 4'096;           ///< of a request, handed out together
  std::size_t batch_bytes_max = 64 * 1024;         ///< of its large numbers' digits
  std::size_t request_numbers_max = 1'000'000;     ///< of one check_primes
  std::size_t waiting_numbers_max = 4'000'000;     ///< of all that are not answered
  std::size_t request_bytes_max = 4 * 1024 * 1024; ///< of one's large numbers' digits
  std::size_t lines_bytes_max = std::size_t{256} << 20; ///< of all blocks not answered
  std::size_t askers_max = 4'096;                       ///< that are alive
  caf::timespan away_max = std::chrono::seconds(60);    ///< that a relay waits for a dispatcher
  caf::timespan answer_deadline = std::chrono::hours(24 * 365); ///< proofs may take long
  caf::timespan progress_interval = std::chrono::milliseconds(100);
};

} // namespace troupe::primes
