// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "domain/cluster/node.hpp"
#include "io/gateway/front.hpp"
#include "io/gateway/services.hpp"

namespace troupe::gateway {

/// What a gateway knows of the cluster that works for it: set by whoever is connected to the
/// coordinator, told in /readyz, /metrics, /ui/ and /cluster. Threads: any.
class cluster_readings final : public service {
public:
  void set(std::vector<cluster::node_report> nodes, std::uint64_t clients, std::string coordinator,
           std::int64_t now_unix_ms);
  /// There is no coordinator at the moment. What was known of the others stays, as it was.
  void lose(std::string why);

  std::string not_ready() override;
  reading read() override;
  /// Returns: one line of JSON, the schema `cluster` of /openapi.json.
  std::string text();

private:
  std::mutex lock_; // guards what follows
  std::vector<cluster::node_report> nodes_;
  std::uint64_t clients_ = 0;
  std::string coordinator_;                              // address
  std::string why_not_ = "no coordinator was found yet"; // "" while there is one
  std::int64_t read_unix_ms_ = 0;
};

/// Adds `GET /cluster`, open. Takes: readings that outlive the front.
void add_cluster_route(front& f, cluster_readings& from);

} // namespace troupe::gateway
