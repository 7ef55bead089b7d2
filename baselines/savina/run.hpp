// SPDX-License-Identifier: BSD-3-Clause
//
// The benchmarks of domain/savina by threads, as one would write them who has threads, mutexes and
// condition variables, and no actors. Where the actors' version has an actor, here is
//
//   ping-pong      two threads, one lock, and a flag that says whose turn it is
//   threadring     a thread a member, each with a slot of its own for the token
//   fjcreate       a thread a worker, so many alive at a time; the oldest is joined first
//   counting       a thread a producer, and a number under a lock; a counter is no thread
//   chameneos      a thread a creature; the mall is a lock and a place to wait in
//   big            a thread a member, each with an inbox of its own
//   banking        a thread a teller; an account is a number under its lock, the lower one is taken
//                  first
//   philosophers   a thread a philosopher; a fork is a mutex, the lower one is taken first
//   barber         one thread for the street and one for the barber; customers are data: they do
//                  nothing of their own
#pragma once

#include "domain/savina/outcomes.hpp"

namespace troupe::baselines {

/// Returns: what came of it, when all threads are joined.
/// Takes: a plan within its parameters' bounds; what is said to be for actors has no effect.
/// Throws: std::system_error if there are not so many threads.
/// Threads: any; each call has its own.
savina::ping_pong_outcome by_locks(const savina::ping_pong_plan& p);
savina::ring_outcome by_locks(const savina::ring_plan& p);
savina::fork_join_outcome by_locks(const savina::fork_join_plan& p);
savina::counting_outcome by_locks(const savina::counting_plan& p);
savina::chameneos_outcome by_locks(const savina::chameneos_plan& p);
savina::big_outcome by_locks(const savina::big_plan& p);
savina::banking_outcome by_locks(const savina::banking_plan& p);
savina::philosophers_outcome by_locks(const savina::philosophers_plan& p);
savina::barber_outcome by_locks(const savina::barber_plan& p);

} // namespace troupe::baselines
