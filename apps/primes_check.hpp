// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

#include "apps/primes_options.hpp"
#include "apps/stop_signal.hpp"
#include "io/primes/stream.hpp"

namespace troupe::apps {

/// A way of checking a stream. All have one signature.
using prime_engine = io::prime_summary (*)(const io::prime_plan&, const io::prime_setting&);
/// Takes: serial, threads, processes or actors.
prime_engine find_prime_engine(std::string_view name);

/// A descriptor of ours for numbers, closed at the end.
class number_source {
public:
  /// The numbers of a command line, as a file in memory. Throws: std::system_error.
  explicit number_source(const std::vector<std::string>& numbers);
  /// A file, or standard input. Throws: std::runtime_error, in one line with its name.
  explicit number_source(const std::string& file);
  ~number_source();
  number_source(const number_source&) = delete;
  number_source& operator=(const number_source&) = delete;
  int fd() const { return fd_; }
  const std::string& name() const { return name_; }

private:
  int fd_;
  std::string name_;
};

/// Answers each number with a verdict. Returns: the exit code.
int check_numbers(const primes_options& options, const stop_signal& stop);

} // namespace troupe::apps
