// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/serve_cluster.hpp"
#include "apps/serve_crawls.hpp"
#include "domain/gateway/number_query.hpp"
#include "io/gateway/access_log.hpp"
#include "io/gateway/bank_routes.hpp"
#include "io/gateway/bank_service.hpp"
#include "io/gateway/sources.hpp"
#include "io/http_server/server.hpp"

namespace troupe::apps {

/// What troupe-serve was asked to do.
struct serve_options {
  io::http_server_options server;
  std::string engine = "actors";
  unsigned workers = 1; ///< of the engine
  bool behind_proxy = false;
  std::string token_file;           ///< "": guarded routes are open
  std::vector<std::string> origins; ///< whose pages may write, besides our own
  std::vector<std::string> hosts;   ///< that Host may name; none: any
  std::optional<gateway::access_log_options> log;
  gateway::source_options sources; ///< of the trio
  gateway::number_limits numbers;  ///< of one question about primes
  gateway::bank_options bank;      ///< no file: no bank
  gateway::bank_route_limits bank_routes;
  serve_crawl_options crawls;
  serve_cluster_options cluster;
  bool quiet = false;
  bool guarded = false; ///< there are routes that move money or make requests
};

/// Returns: none, with the exit code, after --help or a mistake, of which one line was said.
std::optional<serve_options> parse_serve_options(int argc, char** argv, int& exit_code);

/// `troupe-serve new-token`. Returns: the file to make, or none, with the exit code.
std::optional<std::string> parse_new_token(int argc, char** argv, int& exit_code);

/// Writes "PROGRAM: WHAT; see PROGRAM --help" to standard error. Returns: 2, the exit code of a
/// usage error.
int serve_usage_error(const std::string& what, const char* program = "troupe-serve");

} // namespace troupe::apps
