// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "io/gateway/crawl_service.hpp"

namespace troupe::crawl {

/// Settings of the actors behind a gateway's crawls.
struct crawl_service_options {
  gateway::crawl_service_options common;
  unsigned parsers = 1;            ///< of one crawl
  std::size_t waiting_max = 4'096; ///< questions without an answer; more are `overloaded`
};

/// A registrar, and the crew of each crawl that runs, in one actor system; one thread for all
/// their sockets, a client with connections of its own for each crawl.
///
///   start(), look() ... -> registrar -- spawns --> supervisor -> coordinator, fetchers ...
///                              ^---- job_progressed, job_ended ---+
///
/// Returns: never null. Throws: std::runtime_error, one line, if the folder cannot be used.
std::unique_ptr<gateway::crawl_service> make_crawl_service(const crawl_service_options& options);

} // namespace troupe::crawl
