// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <memory>

#include "io/gateway/source_service.hpp"
#include "io/gateway/sources.hpp"

namespace troupe::gateway {

/// Settings of the actors behind the trio.
struct source_actors_options {
  std::size_t waiting_max = 4'096; ///< questions without an answer; more are `overloaded`
};

/// A collector and an actor for each source, in an actor system of their own. File and database
/// have a thread each, since reading them blocks; their delays and the API's answers take nobody's
/// time. Takes: the sources, which nobody may hold for longer than the service is there: an answer
/// of the API that came later would find no actor. Returns: never null.
std::unique_ptr<source_service> make_source_actors(std::shared_ptr<const source_set> from,
                                                   const source_actors_options& options = {});

} // namespace troupe::gateway
