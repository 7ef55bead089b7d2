// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>

namespace troupe::io {

/// The process that was to answer died.
class worker_died : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Runs what cannot be interrupted in a process that can be killed (see child_process.hpp).
/// Takes: `job`, whose result comes back.
/// Returns: none after a stop: the process is gone then.
/// Throws: worker_died, with the reason; std::system_error if there is no process left.
/// Cost: about a millisecond besides the job.
std::optional<std::string> run_forked(const std::function<std::string()>& job,
                                      const std::stop_token& stop);

/// Writes all of it to a socket. Returns: false if the other end is gone.
bool send_all(int socket, const char* data, std::size_t size);

} // namespace troupe::io
