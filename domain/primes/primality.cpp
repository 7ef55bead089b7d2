// SPDX-License-Identifier: BSD-3-Clause
#include "domain/primes/primality.hpp"

#include <utility>

#include "domain/primes/ladders.hpp"
#include "domain/primes/lucas.hpp"
#include "domain/primes/small_primes.hpp"

namespace troupe::primes {

namespace {

constexpr std::uint64_t divisor_max = 317;
constexpr auto divisors = odd_divisors<divisor_max>();

/// Is one of the divisors [from, to) one of n? Without a branch for each.
template <std::size_t from, std::size_t to>
bool any_divides(std::uint64_t n) {
  return [n]<std::size_t... i>(std::index_sequence<i...>) {
    return (... | unsigned{divisors[from + i].divides(n)}) != 0;
  }
  (std::make_index_sequence<to - from>{});
}

bool has_small_divisor(std::uint64_t n) {
  if (any_divides<0, 5>(n) || any_divides<5, 14>(n))
    return true;
  for (std::size_t i = 14; i < divisors.size(); ++i)
    if (divisors[i].divides(n))
      return true;
  return false;
}

} // namespace

bool is_prime(std::uint64_t n) {
  if (n % 2 == 0)
    return n == 2;
  if (n <= divisor_max) // it would divide itself
    return is_prime_by_trial_division(n);
  if (has_small_divisor(n))
    return false;
  if (n < divisor_max * divisor_max)
    return true;
  std::uint8_t passed = 0;
  strong_lanes<1>(&n, &passed);
  if (passed == 0)
    return false;
  const auto parameter = lucas_parameter(n);
  if (parameter == 0)
    return false;
  lucas_lanes<1>(&n, &parameter, &passed);
  return passed != 0;
}

bool is_prime_by_trial_division(std::uint64_t n) {
  if (n < 2 || n % 2 == 0)
    return n == 2;
  for (std::uint64_t d = 3; d <= n / d; d += 2)
    if (n % d == 0)
      return false;
  return true;
}

} // namespace troupe::primes
