// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

namespace troupe::primes {

/// The parameter of the extra strong Lucas test (see primality.hpp).
/// Takes: an odd n > 7 without the divisors 3, 5 and 7.
/// Returns: the least P >= 3 of which Jacobi's symbol (P^2 - 4 / n) is -1; 0 if there is none, or
/// it shows on the way that n is composite. Cost: a division and a look-up for 15 of 16 numbers,
/// some 100 ns for the rest.
std::uint64_t lucas_parameter(std::uint64_t n);

} // namespace troupe::primes
