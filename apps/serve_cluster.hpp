// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "actors/cluster/process.hpp"
#include "actors/crawl/service.hpp"
#include "io/gateway/bank_service.hpp"
#include "io/gateway/cluster_readings.hpp"
#include "io/gateway/crawl_service.hpp"
#include "io/gateway/prime_service.hpp"

namespace CLI {
class App;
} // namespace CLI

namespace troupe::apps {

/// The options by which troupe-serve has a cluster do its work.
struct serve_cluster_options {
  std::vector<std::string> coordinators; ///< none: it works by itself
  bool primes = false;                   ///< its nodes check
  bool bank = false;                     ///< its bank is the cluster's
  bool crawls = false;                   ///< its nodes crawl
  cluster::process_options process;

  void declare(CLI::App& app);
  /// Returns: "" or what is wrong; what CLI11 cannot see by itself.
  std::string finish(const CLI::App& app);
  bool wanted() const { return !coordinators.empty(); }

private:
  std::string why_not_away(const CLI::App& app) const;

  std::string at_;
  std::vector<std::string> services_{"primes"};
};

/// A server's connection to a cluster, and what it makes of it. Comes before the services that it
/// makes, and goes after them.
class serve_cluster {
public:
  /// Takes: how many questions may wait, and how many threads ask.
  /// Throws: as cluster::process.
  serve_cluster(const serve_cluster_options& options, bool quiet);
  ~serve_cluster();
  serve_cluster(const serve_cluster&) = delete;
  serve_cluster& operator=(const serve_cluster&) = delete;

  std::unique_ptr<gateway::prime_service> primes(unsigned desks, std::size_t waiting_max);
  std::unique_ptr<gateway::bank_service> bank(const gateway::bank_options& options);
  /// Throws: std::runtime_error, one line, if the folder cannot be used.
  std::unique_ptr<gateway::crawl_service> crawls(const crawl::crawl_service_options& options);
  gateway::cluster_readings& readings();

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::apps
