// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>

#include "io/primes/stream.hpp"
#include "messages/primes.hpp"

namespace troupe::primes {

/// Checks a stream of numbers with actors, in an actor system of its own; returns when it is over.
/// The same signature as every version in baselines/, so that they can stand in one table.
/// Throws: std::system_error if the machine has no descriptor left to give.
io::prime_summary check_actors(const io::prime_plan& plan, const io::prime_setting& setting);

/// The same in a system that is there already, with a dispatcher that may be elsewhere.
/// Takes: how many checkers to start beside it; `whose` dispatcher, empty: one of its own; `ended`,
/// called when the stream has ended, to stop whatever else lives in that system: it is waited for.
io::prime_summary check_stream(caf::actor_system& system, const io::prime_plan& plan,
                               const io::prime_setting& setting, unsigned checkers,
                               dispatcher_actor whose, const std::function<void()>& ended);

} // namespace troupe::primes
