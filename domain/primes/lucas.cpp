// SPDX-License-Identifier: BSD-3-Clause
#include "domain/primes/lucas.hpp"

#include <array>
#include <bit>
#include <utility>

#include "domain/primes/montgomery.hpp"

namespace troupe::primes {

namespace {

/// Jacobi's symbol (a / n). Takes: an odd n.
constexpr int jacobi(std::uint64_t a, std::uint64_t n) {
  int sign = 1;
  for (a %= n; a != 0; a %= n) {
    const int twos = std::countr_zero(a);
    a >>= twos;
    if (twos % 2 != 0 && (n % 8 == 3 || n % 8 == 5))
      sign = -sign;
    if (a % 4 == 3 && n % 4 == 3)
      sign = -sign;
    std::swap(a, n);
  }
  return n == 1 ? sign : 0;
}

bool is_square(std::uint64_t n) {
  auto root = static_cast<std::uint64_t>(__builtin_sqrtl(static_cast<long double>(n)));
  while (wide{root} * root > n)
    --root;
  while (wide{root + 1} * (root + 1) <= n)
    ++root;
  return wide{root} * root == n;
}

// The symbols of P = 3 ... 8 are made of those of 2, 3, 5 and 7, which n modulo 840 decides. If
// they are all 1, the next to decide is P = 9.
constexpr std::uint64_t period = 840;
constexpr std::uint64_t first_beyond = 9;
constexpr std::uint64_t squares_from = 20; // where it becomes likely that n is a square

constexpr auto by_remainder = [] {
  std::array<std::uint8_t, period> least{}; // 0: none of them
  for (std::uint64_t n = 1; n < period; n += 2)
    for (std::uint8_t p = first_beyond - 1; p >= 3; --p)
      if (jacobi(p * p - 4, n + period) == -1)
        least[n] = p;
  return least;
}();

} // namespace

std::uint64_t lucas_parameter(std::uint64_t n) {
  if (const auto known = by_remainder[n % period]; known != 0)
    return known;
  for (std::uint64_t p = first_beyond;; ++p) {
    const int symbol = jacobi(p * p - 4, n);
    if (symbol == -1)
      return p;
    if (symbol == 0 && (p * p - 4) % n != 0)
      return 0;
    if (p == squares_from && is_square(n)) // for which there is none
      return 0;
  }
}

} // namespace troupe::primes
