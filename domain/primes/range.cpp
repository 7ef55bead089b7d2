// SPDX-License-Identifier: BSD-3-Clause
#include "domain/primes/range.hpp"

#include <primesieve.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "domain/primes/primality.hpp"

namespace troupe::primes {

namespace {

constexpr std::uint64_t largest_prime = 18446744073709551557U; // below 2^64
constexpr std::uint64_t piece_min = std::uint64_t{1}
                                    << 28; // sieved in a few hundredths of a second
constexpr std::size_t listed = 1024;

std::uint64_t root_of(std::uint64_t n) {
  return static_cast<std::uint64_t>(std::sqrt(static_cast<double>(n)));
}

/// A sieve needs the primes up to the root; testing costs as much as sieving some hundred numbers.
bool is_short(std::uint64_t first, std::uint64_t last) { return last - first < root_of(last) / 64; }

/// Hands out the primes of a short range, chunk by chunk, until `take` returns false.
template <class Take>
bool test_each(std::uint64_t first, std::uint64_t last, Take take) {
  std::array<std::uint64_t, listed> numbers;
  std::array<std::uint8_t, listed> verdicts;
  for (bool more = true; more;) {
    std::size_t count = 0;
    while (more && count < listed) {
      if (first % 2 != 0 || first == 2)
        numbers[count++] = first;
      more = first++ != last;
    }
    are_prime(std::span{numbers}.first(count), std::span{verdicts}.first(count));
    std::size_t found = 0;
    for (std::size_t i = 0; i < count; ++i)
      if (verdicts[i] != 0)
        numbers[found++] = numbers[i];
    if (found > 0 && !take(std::span<const std::uint64_t>{numbers.data(), found}))
      return false;
  }
  return true;
}

/// Sieving is the caller's thread's work alone.
void sieve_on_one_thread() {
  static const bool once = (primesieve::set_num_threads(1), true);
  static_cast<void>(once);
}

} // namespace

tl::expected<std::uint64_t, fault> count_primes(std::uint64_t first, std::uint64_t last,
                                                const std::function<bool()>& stop) {
  std::uint64_t count = 0;
  if (first > last)
    return count;
  const auto stopped = [&] { return stop && stop(); };
  if (is_short(first, last)) {
    const bool all = test_each(first, last, [&](std::span<const std::uint64_t> primes) {
      count += primes.size();
      return !stopped();
    });
    return all ? tl::expected<std::uint64_t, fault>{count} : tl::unexpected{fault::cancelled};
  }
  sieve_on_one_thread();
  const auto piece = std::max(piece_min, 4 * root_of(last));
  for (auto from = first;; from += piece) {
    if (stopped())
      return tl::unexpected{fault::cancelled};
    const bool is_last = last - from < piece;
    count += primesieve::count_primes(from, is_last ? last : from + piece - 1);
    if (is_last)
      return count;
  }
}

bool list_primes(std::uint64_t first, std::uint64_t last,
                 const std::function<bool(std::span<const std::uint64_t>)>& take) {
  last = std::min(last, largest_prime);
  if (first > last)
    return true;
  if (is_short(first, last))
    return test_each(first, last, take);
  primesieve::iterator primes{first, last};
  std::vector<std::uint64_t> some;
  some.reserve(listed);
  for (auto p = primes.next_prime(); p <= last; p = primes.next_prime()) {
    some.push_back(p);
    if (some.size() == listed) {
      if (!take(some))
        return false;
      some.clear();
    }
    if (p == largest_prime)
      break;
  }
  return some.empty() || take(some);
}

} // namespace troupe::primes
