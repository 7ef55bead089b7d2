// SPDX-License-Identifier: BSD-3-Clause
//
// What a crawl's actors say between processes, beside what they say anyway (messages/crawl.hpp).
//
//   client  --- crawl_ordered ---> crawl head     which has a supervisor for it at the coordinator
//   node    --- team_offered ----> crawl head     here are hands
#pragma once

#include "messages/crawl.hpp"
#include "runtime/port.hpp"

namespace troupe::crawl {

struct team_offered;

/// At the coordinator: takes crawls, and hands for them.
using crawl_head_actor = runtime::interface<caf::result<void>(team_offered)>;

/// Node to crawl head: I fetch and read pages for you.
struct team_offered {};

template <class Inspector>
auto inspect(Inspector& f, team_offered& x) {
  return runtime::fields(f, x, "team_offered");
}

} // namespace troupe::crawl
