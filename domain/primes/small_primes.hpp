// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "domain/primes/montgomery.hpp"

namespace troupe::primes {

/// n is divisible by an odd p exactly if n / p modulo 2^64, by its inverse, is at most 2^64 / p.
struct divisor {
  std::uint64_t prime, inverse, quotient_max;
  constexpr bool divides(std::uint64_t n) const { return n * inverse <= quotient_max; }
};

/// The odd primes up to `max`, ready to divide by.
template <std::uint64_t max>
constexpr auto odd_divisors() {
  constexpr auto is_small_prime = [](std::uint64_t n) {
    for (std::uint64_t d = 3; d * d <= n; d += 2)
      if (n % d == 0)
        return false;
    return true;
  };
  constexpr std::size_t count = [=] {
    std::size_t some = 0;
    for (std::uint64_t n = 3; n <= max; n += 2)
      some += is_small_prime(n) ? 1 : 0;
    return some;
  }();
  std::array<divisor, count> all{};
  std::size_t i = 0;
  for (std::uint64_t n = 3; n <= max; n += 2)
    if (is_small_prime(n))
      all[i++] = {n, montgomery::inverse_of(n), std::numeric_limits<std::uint64_t>::max() / n};
  return all;
}

} // namespace troupe::primes
