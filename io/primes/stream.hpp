// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "domain/primes/lines.hpp"

namespace troupe::io {

/// What a stream of numbers is to be checked for, and with how much.
struct prime_plan {
  primes::line_job job;
  unsigned workers = 2;
  std::size_t block_bytes_max = 256 * 1024; ///< of whole lines that one worker gets at a time
  unsigned blocks_ahead = 4;     ///< read and not yet written, a worker: what bounds the memory
  unsigned block_deaths_max = 3; ///< workers that may die over one block; then it is given up
  unsigned restarts_max = 100;   ///< workers replaced in one run; then it ends
  std::chrono::milliseconds stop_grace{500}; ///< for an output that is slow, after a stop

  /// Returns: how many blocks may be between the reader and the writer.
  std::size_t window() const { return std::size_t{workers} * blocks_ahead; }
};

/// Where a stream comes from and goes to.
struct prime_setting {
  int in = 0, out = 1; ///< descriptors; they stay open
  std::string in_name = "standard input", out_name = "standard output"; ///< for complaints
  std::string line_name = "line"; ///< what a line is called: "line 7 is no whole number"
  std::stop_token stop;
  std::function<void(const primes::line_counts&)> progress; ///< after each write; any thread
  std::function<void()> before_output;                      ///< before each write; any thread
  std::function<void(const std::string&)> complain;         ///< one line about a line; any thread
};

/// How a stream ended.
struct prime_summary {
  primes::line_counts counts; ///< of what was written
  std::string error;          ///< "", or why it could not go on, in one line
  bool refused = false;       ///< strict, and a line had no verdict
  bool interrupted = false;   ///< stopped before all was done
  bool reader_gone = false;   ///< whoever reads the output wants no more
};

} // namespace troupe::io
