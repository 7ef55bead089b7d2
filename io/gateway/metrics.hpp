// SPDX-License-Identifier: BSD-3-Clause
//
// What an operator's Prometheus sees:
//
//   troupe_http_requests_total{route,method,status}     routes by their pattern, never by a path;
//                                                       what has no route is "other"
//   troupe_http_request_seconds{route} (histogram)      troupe_http_answer_bytes_total{route}
//   troupe_http_connections, _in_flight, _streams       what the server does now
//   troupe_actors_alive, _mailbox_depth, troupe_actor_messages_total {service,kind}
//   troupe_<counter>[_total]{service}                   each counter that a service has
//   troupe_service_ready{service}                       1 or 0
//   troupe_node_up{service,node}                        1 if it is up or draining, else 0
//   troupe_node_processors{service,node}                that it works with
//   process_resident_memory_bytes, process_open_fds, process_start_time_seconds
//
// Descriptors are counted once a second at most: it takes a look at each, and anybody may ask.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "io/gateway/front.hpp"
#include "io/gateway/live_sample.hpp"
#include "io/gateway/rare_reading.hpp"
#include "io/gateway/request_counts.hpp"

namespace troupe::gateway {

/// Returns: how many descriptors this process has open; 0 where that cannot be told (not Linux).
/// Cost: a system call or so for each.
std::uint64_t count_descriptors();

/// The gateway's metrics in Prometheus' text format.
class metrics {
public:
  /// Takes: `open_descriptors`, which counts the process's; 0: it cannot.
  metrics(std::vector<named_service> services, server_watch server,
          std::function<std::uint64_t()> open_descriptors = count_descriptors);
  /// Takes: all routes, once no more are added; they outlive this. Threads: before the server
  /// starts.
  void know_routes(const std::vector<route>& routes);
  /// For http_server_options::report. Threads: any. Cost: see request_counts.
  void count(const io::request_report& r) noexcept { requests_.count(r); }
  const request_counts& requests() const { return requests_; }
  /// Source: Prometheus' text format 0.0.4. Threads: any.
  std::string text() const;

private:
  std::vector<named_service> services_;
  server_watch server_;
  rare_reading descriptors_;
  double start_s_;
  request_counts requests_;
};

/// Adds `GET /metrics`, open. Takes: metrics that outlive the front.
void add_metrics_routes(front& f, const metrics& from);

} // namespace troupe::gateway
