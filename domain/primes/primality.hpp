// SPDX-License-Identifier: BSD-3-Clause
//
// Is a number of up to 64 bits prime? Always right, and no table but that of the small primes.
//
// The test is that of Baillie, Pomerance, Selfridge and Wagstaff ("Lucas pseudoprimes", Math. Comp.
// 35, 1980): a strong test to base 2 together with a Lucas test, here the extra strong one
// (Grantham, "Frobenius pseudoprimes", Math. Comp. 70, 2001; Jones and Mo). That no composite below
// 2^64 passes both was checked over Feitsma's list of all 118,968,378 pseudoprimes to base 2 up to
// there (Feitsma and Galway, 2013; Jacobsen, "Pseudoprime statistics, tables, and data", for this
// variant).
#pragma once

#include <cstdint>
#include <span>

namespace troupe::primes {

/// Returns: whether it is prime. Cost: of FLINT's n_is_prime less than half (bench/primes): on a
/// quiet machine about 100 ns for a random odd number, some 600 ns for a prime of 64 bits.
bool is_prime(std::uint64_t n);

/// The same for many, several times as fast a number (batch.hpp). Writes 1 or 0 for each into
/// `verdicts`, which has to be as long.
void are_prime(std::span<const std::uint64_t> numbers, std::span<std::uint8_t> verdicts);

/// The tutorial's way (its is_prime): divides by 3, 5, 7 ... up to the square root. Kept as honest
/// work for a processor, 10^7 times as slow; right as well.
bool is_prime_by_trial_division(std::uint64_t n);

} // namespace troupe::primes
