// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>

#include <caf/actor_system.hpp>

#include "actors/crawl/customer.hpp"
#include "messages/crawl_far.hpp"

namespace troupe::crawl {

/// Returns: 128 bits from the system's random source, in hexadecimal digits: no other crawl's.
std::string draw_crawl_key();

/// A crawl by a cluster's nodes, for a program that is no actor: it says which head there is, and
/// hears how it ends.
///
///     far_crawl c{system, plan, {}, ports};   ports: write, progress, say, ended
///     c.use(head) -> write ... -> ended       c.lost(why), c.stop() at any time
///
/// Threads: any, for all of it.
class far_crawl {
public:
  /// Takes: ports whose functions are called on threads of the actors', `ended` once.
  far_crawl(caf::actor_system& system, crawl_plan plan, far_http http, customer_ports ports);
  /// Ends it at once, everywhere.
  ~far_crawl();
  far_crawl(const far_crawl&) = delete;
  far_crawl& operator=(const far_crawl&) = delete;

  /// Takes: a head, which is told of the crawl if no other has taken it.
  void use(const crawl_head_actor& head);
  /// The head is out of reach.
  void lost(const std::string& why);
  /// No new pages: ends when those in flight are in; `now`: does not even wait for these.
  void stop(bool now = false);

private:
  customer_actor customer_;
};

} // namespace troupe::crawl
