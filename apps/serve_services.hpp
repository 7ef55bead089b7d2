// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apps/serve_cluster.hpp"
#include "apps/serve_options.hpp"
#include "io/gateway/bank_service.hpp"
#include "io/gateway/crawl_service.hpp"
#include "io/gateway/front.hpp"
#include "io/gateway/health_routes.hpp"
#include "io/gateway/prime_service.hpp"
#include "io/gateway/source_service.hpp"

namespace troupe::apps {

/// Who does the work behind troupe-serve's routes: the only place that knows the engines.
struct services {
  std::unique_ptr<serve_cluster> cluster; ///< none if all is done here; goes after the others
  std::unique_ptr<gateway::prime_service> primes;
  std::unique_ptr<gateway::source_service> trio;
  std::unique_ptr<gateway::bank_service> bank;    ///< none without a file
  std::unique_ptr<gateway::crawl_service> crawls; ///< none without a folder
  std::string made_folder; ///< "" or where small sources of our own were made, for this run alone

  /// Those that there are, by name, for /readyz and the metrics.
  std::vector<gateway::named_service> all() const;
};

/// Throws: std::runtime_error, one line: a source or ledger that is none, or that another process
/// writes to; no thread to be had.
services make_services(const serve_options& options);

/// Adds the routes of each service. The services outlive the front.
void add_service_routes(gateway::front& f, services& s, const serve_options& options);

} // namespace troupe::apps
