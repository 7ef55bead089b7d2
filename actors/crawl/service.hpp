// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <caf/actor_system.hpp>

#include "io/gateway/crawl_service.hpp"
#include "messages/crawl_jobs.hpp"

namespace troupe::crawl {

/// Settings of the actors behind a gateway's crawls.
struct crawl_service_options {
  gateway::crawl_service_options common;
  unsigned parsers = 1;               ///< of one crawl
  std::size_t waiting_max = 4'096;    ///< questions without an answer; more are `overloaded`
  std::uint32_t away_ms_max = 60'000; ///< without a coordinator, or a node; where a cluster crawls
};

/// A registrar, and the crew of each crawl that runs, in one actor system; one thread for all
/// their sockets, a client with connections of its own for each crawl.
///
///   start(), look() ... -> registrar -- spawns --> supervisor -> coordinator, fetchers ...
///                              ^---- job_progressed, job_ended ---+
///
/// Returns: never null. Throws: std::runtime_error, one line, if the folder cannot be used.
std::unique_ptr<gateway::crawl_service> make_crawl_service(const crawl_service_options& options);

/// Crawls that a cluster's nodes do.
struct far_crawl_service {
  std::unique_ptr<gateway::crawl_service> service; ///< never null
  registrar_actor registrar; ///< to be told use_head and head_lost; stopped by the service
};

/// The same, but for each crawl that runs there is a customer of the cluster's head, and rows come
/// from there. What `options` say of HTTP holds at the nodes, the rule about addresses first of
/// all; its `parsers` are the nodes'. A crawl waits for a coordinator and for nodes, its `detail`
/// says so, and for away_ms_max at most: then it has failed, as `unreachable`.
///
/// Takes: a system with links to the cluster, which outlives the service; `why_not`, why nobody can
/// crawl now, or "". Throws: as make_crawl_service().
far_crawl_service make_far_crawl_service(const crawl_service_options& options,
                                         caf::actor_system& system,
                                         std::function<std::string()> why_not);

} // namespace troupe::crawl
