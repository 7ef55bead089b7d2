// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>

namespace troupe::runtime {

/// Waits until an actor has ended, so that it calls nobody any more. Threads: any but the actors'.
template <class Handle>
void wait_for_end(caf::actor_system& system, const Handle& who) {
  if (!who)
    return;
  caf::scoped_actor me{system};
  me->wait_for(caf::actor_cast<caf::actor>(who));
}

} // namespace troupe::runtime
