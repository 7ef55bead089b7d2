// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "io/process/runner.hpp"

namespace troupe::compare {

/// What a program did from its start to its end.
struct program_run {
  io::process_end end;
  std::string out;             ///< all of its standard output, up to the limit
  std::string last_error_line; ///< the last line of its error output that is not empty
};

/// Runs programs and waits for them, and servers that are asked meanwhile. A stop request ends what
/// runs, and what is started after it is not started.
/// Threads: one at a time.
class programs {
public:
  /// Takes: how long a program may take, and how much it may write; beyond, it is ended.
  programs(std::stop_token stop, std::chrono::milliseconds deadline,
           std::uint64_t output_bytes_max);
  ~programs(); ///< ends what runs

  /// Runs one to its end. What the spec says of outputs and limits is replaced.
  program_run run(io::process_spec spec);

  struct server;
  /// Starts a program that prints "... http://127.0.0.1:PORT" on its standard output once it can
  /// be asked. Throws: std::runtime_error if it ends, or `deadline` passes, before it does.
  std::shared_ptr<server> serve(io::process_spec spec);
  static std::uint16_t port_of(const server& s);
  /// Sends it SIGTERM and waits for its end.
  program_run end(server& s);

private:
  struct collected;
  io::process_runner::process_id begin(io::process_spec spec, std::shared_ptr<collected> into);

  std::stop_token stop_;
  std::chrono::milliseconds deadline_;
  std::uint64_t output_bytes_max_;
  io::process_runner runner_;
};

} // namespace troupe::compare
