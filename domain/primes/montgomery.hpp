// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

namespace troupe::primes {

using wide = unsigned __int128;

/// Arithmetic modulo an odd n, without division (Montgomery, "Modular multiplication without trial
/// division", Math. Comp. 44, 1985). A number a is kept as a * 2^64 mod n. All values are below n.
class montgomery {
public:
  explicit montgomery(std::uint64_t n) : n_(n), inverse_(inverse_of(n)), one_(-n % n) {}

  std::uint64_t one() const { return one_; }
  std::uint64_t minus_one() const { return n_ - one_; }

  std::uint64_t add(std::uint64_t a, std::uint64_t b) const {
    const std::uint64_t room = n_ - b;
    return a - room + (n_ & -std::uint64_t{a < room});
  }
  std::uint64_t subtract(std::uint64_t a, std::uint64_t b) const {
    return a - b + (n_ & -std::uint64_t{a < b});
  }
  std::uint64_t multiply(std::uint64_t a, std::uint64_t b) const {
    const wide product = wide{a} * b;
    const auto high = static_cast<std::uint64_t>(product >> 64);
    const auto quotient = static_cast<std::uint64_t>(product) * inverse_;
    const auto less = static_cast<std::uint64_t>(wide{quotient} * n_ >> 64);
    return high - less + (n_ & -std::uint64_t{high < less});
  }
  std::uint64_t square(std::uint64_t a) const { return multiply(a, a); }

  /// 1/n modulo 2^64. Newton's steps double the right bits; 3n ^ 2 has five to begin with.
  static constexpr std::uint64_t inverse_of(std::uint64_t n) {
    std::uint64_t x = (3 * n) ^ 2;
    for (int bits = 5; bits < 64; bits *= 2)
      x *= 2 - n * x;
    return x;
  }

private:
  std::uint64_t n_, inverse_, one_;
};

} // namespace troupe::primes
