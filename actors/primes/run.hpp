// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "io/primes/stream.hpp"

namespace troupe::primes {

/// Checks a stream of numbers with actors, in an actor system of its own; returns when it is over.
/// The same signature as every version in baselines/, so that they can stand in one table.
/// Throws: std::system_error if the machine has no descriptor left to give.
io::prime_summary check_actors(const io::prime_plan& plan, const io::prime_setting& setting);

} // namespace troupe::primes
