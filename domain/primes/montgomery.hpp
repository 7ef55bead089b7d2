// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

namespace troupe::primes {

using wide = unsigned __int128;

/// Arithmetic modulo an odd n, without division (Montgomery, "Modular multiplication without trial
/// division", Math. Comp. 44, 1985). A number a is kept as a * 2^64 mod n. All values are below n.
class montgomery {
public:
  montgomery() = default;
  explicit montgomery(std::uint64_t n) : n_(n), inverse_(inverse_of(n)) {}

  std::uint64_t modulus() const { return n_; }
  std::uint64_t one() const { return -n_ % n_; } ///< a division: not for loops

  std::uint64_t add(std::uint64_t a, std::uint64_t b) const {
    const std::uint64_t room = n_ - b;
    return a < room ? a + b : a - room;
  }
  std::uint64_t subtract(std::uint64_t a, std::uint64_t b) const {
    return a < b ? a + n_ - b : a - b;
  }
  std::uint64_t multiply(std::uint64_t a, std::uint64_t b) const {
    const wide product = wide{a} * b;
    return reduce(static_cast<std::uint64_t>(product >> 64), static_cast<std::uint64_t>(product));
  }
  std::uint64_t square(std::uint64_t a) const { return multiply(a, a); }

  /// (high * 2^64 + low) / 2^64. Takes: high < n.
  std::uint64_t reduce(std::uint64_t high, std::uint64_t low) const {
    const auto less = static_cast<std::uint64_t>(wide{low * inverse_} * n_ >> 64);
    // Both are there before it is known which of them it is.
    const std::uint64_t if_below = high + n_ - less;
    const std::uint64_t if_not = high - less;
    return high < less ? if_below : if_not;
  }
  /// a / 2^places. Takes: places < 64.
  std::uint64_t halve(std::uint64_t a, unsigned places) const {
    return reduce(a >> places, a << 1 << (63 - places));
  }
  /// Out of Montgomery's form.
  std::uint64_t plain(std::uint64_t a) const { return reduce(0, a); }

  /// 1/n modulo 2^64. Newton's steps double the right bits; 3n ^ 2 has five to begin with.
  static constexpr std::uint64_t inverse_of(std::uint64_t n) {
    std::uint64_t x = (3 * n) ^ 2;
    for (int bits = 5; bits < 64; bits *= 2)
      x *= 2 - n * x;
    return x;
  }

private:
  std::uint64_t n_, inverse_;
};

} // namespace troupe::primes
