// SPDX-License-Identifier: BSD-3-Clause
//
// Primes between two bounds, below 2^64. Long ranges are sieved by libprimesieve, on the caller's
// own thread only: who wants more of them, splits the range. Short ranges far up are tested number
// by number, because a sieve would first need the primes up to the square root.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include <tl/expected.hpp>

#include "domain/primes/verdict.hpp"

namespace troupe::primes {

/// Returns: how many primes p have first <= p <= last. `stop` is asked between pieces of
/// 2^28 numbers, high up of 4 sqrt(last): a few hundredths of a second, near 2^64 many seconds.
/// Faults: cancelled.
/// Cost: 0.14 s up to 10^9 on one thread, 1.4 s up to 10^10, in a few MB;
/// near 2^64 hundreds of MB, for the sieving primes up to 2^32.
tl::expected<std::uint64_t, fault> count_primes(std::uint64_t first, std::uint64_t last,
                                                const std::function<bool()>& stop = {});

/// Gives the primes p with first <= p <= last in ascending order, in pieces, until `take` returns
/// false.
/// Returns: whether all were taken. Cost: as much memory as one piece, 8 KB, and the sieve.
bool list_primes(std::uint64_t first, std::uint64_t last,
                 const std::function<bool(std::span<const std::uint64_t>)>& take);

} // namespace troupe::primes
