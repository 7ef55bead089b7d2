// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "actors/crawl/service.hpp"
#include "io/gateway/crawl_routes.hpp"
#include "io/gateway/crawl_service.hpp"

namespace CLI {
class App;
}

namespace troupe::apps {

/// What troupe-serve was told about crawls that are asked for over HTTP.
struct serve_crawl_options {
  bool wanted = false; ///< without --crawls there are none
  std::vector<std::string> allowed;
  crawl::crawl_service_options service;
  gateway::crawl_route_limits routes;
  std::string contact;

  void declare(CLI::App& app);
  /// Returns: "" or what is wrong. Takes: the parsed line.
  std::string finish(const CLI::App& app);
};

/// Takes: the engine, "actors", "pool" (coroutines on a thread a crawl) or "serial" (one page after
/// the other). Throws: std::runtime_error, one line, if the folder cannot be used.
std::unique_ptr<gateway::crawl_service> make_crawls(const serve_crawl_options& options,
                                                    const std::string& engine);

} // namespace troupe::apps
