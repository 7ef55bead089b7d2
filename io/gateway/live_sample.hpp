// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "io/gateway/health_routes.hpp"
#include "io/http_server/server.hpp"

namespace troupe::gateway {

/// Where the server's own counts come from. Threads: called on any.
using server_watch = std::function<io::http_server_counts()>;

/// Of one service's actors, of its counters, and of its nodes, no more than so many are told of,
/// whatever it says.
inline constexpr std::size_t readings_max = 64;

/// All counters of a gateway at one moment.
struct live_sample {
  struct part {
    std::string name;
    std::string not_ready; ///< "" if it can work
    reading now;
  };
  std::chrono::steady_clock::time_point when;
  io::http_server_counts http;
  std::vector<part> services;
};

/// Threads: any; asks each service, which never blocks for long.
live_sample take_sample(const std::vector<named_service>& services, const server_watch& server);

/// Returns: one line of JSON:
///
///     {"every_ms":1000,
///      "http":{"connections":1,"in_flight":0,"streams":1,"requests":9,"requests_per_s":1.0},
///      "services":[{"name":"primes","not_ready":"",
///        "actors":[{"kind":"checker","alive":2,"mailbox":0,"messages":7,"messages_per_s":0.0}],
///        "counters":[{"name":"numbers_checked","total":true,"value":7,"per_s":0.0}],
///        "nodes":[]}]}
///
/// A node: {"name":"w1","state":"up","roles":"primes","processors":2,"address":"127.0.0.1:41000",
/// "why":"","since_unix_ms":1700000000000}.
///
/// Takes: what was before, for the rates, which are 0 without it; a counter that went back, as when
/// its actor was replaced, has a rate of 0.
std::string to_json(const live_sample& now, const std::optional<live_sample>& before,
                    std::uint32_t every_ms);

} // namespace troupe::gateway
