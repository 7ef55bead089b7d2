// SPDX-License-Identifier: BSD-3-Clause
//
// The benchmarks of domain/savina, played by actors on an actor system of their own.
#pragma once

#include "domain/savina/outcomes.hpp"
#include "runtime/system.hpp"

namespace troupe::savina {

/// Returns: the scheduling that suits a benchmark, as it was measured. A queue for each worker
/// thread where few are ready at a time, and talk to each other; one for all where very many are:
/// to steal from a queue costs as much as it is long, and its owner takes the newest first.
runtime::system_options usual_scheduling(const any_plan& p);

/// Returns: what came of it, when all actors are through.
/// Takes: a plan within its parameters' bounds.
/// Throws: std::system_error if there are not so many threads.
/// Threads: any but an actor's.
ping_pong_outcome by_actors(const ping_pong_plan& p, const runtime::system_options& how);
ring_outcome by_actors(const ring_plan& p, const runtime::system_options& how);
fork_join_outcome by_actors(const fork_join_plan& p, const runtime::system_options& how);
counting_outcome by_actors(const counting_plan& p, const runtime::system_options& how);
chameneos_outcome by_actors(const chameneos_plan& p, const runtime::system_options& how);
big_outcome by_actors(const big_plan& p, const runtime::system_options& how);
banking_outcome by_actors(const banking_plan& p, const runtime::system_options& how);
philosophers_outcome by_actors(const philosophers_plan& p, const runtime::system_options& how);
barber_outcome by_actors(const barber_plan& p, const runtime::system_options& how);

} // namespace troupe::savina
