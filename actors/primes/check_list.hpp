// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <stop_token>
#include <vector>

#include "actors/primes/ports.hpp"
#include "messages/primes.hpp"

namespace troupe::primes {

/// Judges a list of numbers, those that fit into 64 bits together where the method is quick.
/// Returns: a verdict a number; `cancelled` for those that a stop came before.
std::vector<verdict> check_list(const number_list& list, method how, const std::stop_token& stop);

/// Returns: what checkers and a dispatcher need of the real world, and nothing for a stream. `stop`
/// reaches those who are busy.
check_ports checking_ports(const io::prime_plan& plan, const std::stop_token& stop);

} // namespace troupe::primes
