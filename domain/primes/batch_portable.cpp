// SPDX-License-Identifier: BSD-3-Clause
// Several numbers side by side: while the processor waits for one's product, it begins another's.
#include <algorithm>

#include "domain/primes/batch_kernels.hpp"
#include "domain/primes/ladders.hpp"
#include "domain/primes/small_primes.hpp"

namespace troupe::primes {

namespace {

constexpr auto divisors = odd_divisors<317>();

/// Is one of the divisors [from, to) one of n? Without a branch for each.
bool any_divides(std::uint64_t n, std::size_t from, std::size_t to) {
  bool found = false;
  for (std::size_t i = from; i < to; ++i)
    found |= divisors[i].divides(n);
  return found;
}

bool survives(std::uint64_t n) {
  if (n % 2 == 0 || any_divides(n, 0, 6))
    return false;
  for (std::size_t i = 6; i < divisors.size(); i += 12)
    if (any_divides(n, i, std::min(i + 12, divisors.size())))
      return false;
  return true;
}

void sieve(const std::uint64_t* numbers, std::size_t count, std::uint8_t* survived) {
  for (std::size_t i = 0; i < count; ++i)
    survived[i] = survives(numbers[i]) ? 1 : 0;
}

void strong(std::uint64_t* numbers, std::size_t count, std::uint8_t* passed) {
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4)
    strong_lanes<4>(numbers + i, passed + i);
  for (; i < count; ++i)
    strong_lanes<1>(numbers + i, passed + i);
}

void lucas(std::uint64_t* numbers, std::uint8_t* parameters, std::size_t count,
           std::uint8_t* passed) {
  std::size_t i = 0;
  for (; i + 2 <= count; i += 2)
    lucas_lanes<2>(numbers + i, parameters + i, passed + i);
  for (; i < count; ++i)
    lucas_lanes<1>(numbers + i, parameters + i, passed + i);
}

} // namespace

const batch_kernel portable_kernel{0, sieve, strong, lucas};

} // namespace troupe::primes
