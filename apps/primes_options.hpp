// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apps/primes_far.hpp"
#include "io/primes/stream.hpp"

namespace troupe::apps {

/// What troupe-primes was asked to do.
struct primes_options {
  enum class task { check, factor, certificate, check_certificate, range };
  task what = task::check;
  std::vector<std::string> numbers; ///< those of the command line
  std::string file;                 ///< or a file, "-": standard input
  std::string certificate_file;     ///< to be checked, "-": standard input
  std::string engine = "actors";
  io::prime_plan plan;
  far_options far;
  bool show_progress = true;
  std::uint64_t first = 0, last = 0; ///< of a range
  bool count = false;                ///< of a range: how many, and not which
};

/// Returns: none, with the exit code, after --help or a mistake, of which one line was said.
std::optional<primes_options> parse_primes_options(int argc, char** argv, int& exit_code);

/// What `troupe-primes tutorial` was asked to do.
struct primes_tutorial_options {
  unsigned runs = 3;
  unsigned workers = 2;
  std::string number = "112272535095293";
  unsigned times = 100;
  bool json = false;
};
std::optional<primes_tutorial_options> parse_primes_tutorial(int argc, char** argv, int& exit_code);

/// Writes "troupe-primes: WHAT; HINT" to standard error. Returns: 2, the exit code of a usage
/// error.
int primes_usage_error(const std::string& what,
                       const std::string& hint = "see troupe-primes --help");

} // namespace troupe::apps
