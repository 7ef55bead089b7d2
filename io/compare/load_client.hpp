// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace troupe::compare {

/// What to ask a server on loopback, how often, over how many connections.
struct load {
  std::uint16_t port = 0;
  std::string target = "/";
  unsigned connections = 4;
  unsigned requests = 1'000; ///< in all, shared evenly; each connection has at least one
  std::chrono::milliseconds patience{10'000}; ///< for one answer
};

struct load_result {
  std::string answer; ///< status and body; all were the same
  std::vector<double> latencies_ms;
  double wall_s = 0;
};

/// Asks in a closed loop: each connection has one request under way, and sends the next when the
/// answer is there. So a server that is slow is asked less often, and what waits in front of it is
/// not seen: latencies are those of a saturated server.
/// Throws: std::runtime_error if a connection fails, an answer does not come in time, is no HTTP
/// with a Content-Length, or differs from the first; or if `stop` is requested.
/// Threads: makes one a connection, and waits for them.
load_result ask(const load& what, std::stop_token stop);

} // namespace troupe::compare
