// SPDX-License-Identifier: BSD-3-Clause
#include "domain/primes/primality.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <utility>

#include "domain/primes/montgomery.hpp"
#include "domain/primes/small_primes.hpp"

namespace troupe::primes {

namespace {

// -- small primes

constexpr std::uint64_t small_primes_max = 211;

constexpr auto divisors = odd_divisors<small_primes_max>();

enum class quick { prime, composite, unknown };

/// What the small primes say.
quick try_small_primes(std::uint64_t n) {
  if (n < 4)
    return n >= 2 ? quick::prime : quick::composite;
  if (n % 2 == 0)
    return quick::composite;
  for (const divisor& d : divisors)
    if (d.divides(n))
      return n == d.prime ? quick::prime : quick::composite;
  return n < small_primes_max * small_primes_max ? quick::prime : quick::unknown;
}

// -- the Lucas test's parameter

/// Jacobi's symbol (a / n). Takes: an odd n.
int jacobi(std::uint64_t a, std::uint64_t n) {
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

/// Returns: the least P >= 3 of which (P^2 - 4 / n) is -1; 0 if there is none or it shows on the
/// way that n is composite. Takes: n without small factors, so that only 0 or a square ends it
/// badly.
std::uint64_t lucas_parameter(std::uint64_t n) {
  // By reciprocity, 5 and 12 of every four numbers serve three.
  if (n % 5 == 2 || n % 5 == 3)
    return 3;
  if (const auto rest = n % 12; rest == 5 || rest == 7)
    return 4;
  for (std::uint64_t p = 5;; ++p) {
    const int symbol = jacobi(p * p - 4, n);
    if (symbol == -1)
      return p;
    if (symbol == 0)
      return 0;
    if (p == 20 && is_square(n)) // for which there is none
      return 0;
  }
}

// -- both tests

/// One ladder for both: their exponents n - 1 and n + 1 have the same length, but for a Mersenne
/// number's, and in each step a multiplication of the one fills the time in which the processor
/// waits for the other's. The Lucas test is nearly free so.
class ladder {
public:
  ladder(std::uint64_t n, std::uint64_t parameter)
      : n_(n), m_(n), two_(m_.add(m_.one(), m_.one())), p_(0), x_(m_.one()), v_(two_), w_(0),
        place_(64 - std::countl_zero(n | (n + 1))) {
    for (std::uint64_t i = 0; i < parameter; ++i)
      p_ = m_.add(p_, m_.one());
    w_ = p_;
  }

  bool passes() {
    const int power_twos = std::countr_zero(n_ - 1);
    const int lucas_twos = std::countr_zero(n_ + 1); // one of the two is 1
    while (place_ > std::max(power_twos, lucas_twos)) {
      --place_;
      step_power();
      step_lucas();
    }
    int rest = place_;
    for (int at = rest; at > power_twos;) {
      --at;
      place_ = at;
      step_power();
    }
    if (!power_ends_well(power_twos))
      return false;
    for (int at = rest; at > lucas_twos;) {
      --at;
      place_ = at;
      step_lucas();
    }
    return lucas_ends_well(lucas_twos);
  }

private:
  bool bit(std::uint64_t of) const { return (of >> place_ & 1) != 0; }

  /// x = 2^e for the bits e of n - 1 so far.
  void step_power() {
    x_ = m_.square(x_);
    const auto twice = m_.add(x_, x_);
    x_ = bit(n_ - 1) ? twice : x_;
  }
  /// v = V_k, w = V_(k+1) for the bits k of n + 1 so far:
  /// V_2k = V_k^2 - 2, V_(2k+1) = V_k V_(k+1) - P.
  void step_lucas() {
    const bool odd = bit(n_ + 1);
    const auto mixed = m_.subtract(m_.multiply(v_, w_), p_);
    const auto doubled = m_.subtract(m_.square(odd ? w_ : v_), two_);
    v_ = odd ? mixed : doubled;
    w_ = odd ? doubled : mixed;
  }
  /// Of a prime, the last x that is not 1 is -1.
  bool power_ends_well(int twos) {
    if (x_ == m_.one() || x_ == m_.minus_one())
      return true;
    while (--twos > 0) {
      x_ = m_.square(x_);
      if (x_ == m_.minus_one())
        return true;
    }
    return false;
  }
  /// Of a prime, V_d is 2 or -2 and U_d is 0, or one of V_d, V_2d ... V_(n+1)/4 is 0.
  bool lucas_ends_well(int twos) {
    const bool unit = v_ == two_ || v_ == n_ - two_;
    // (P^2 - 4) U_d = 2 V_(d+1) - P V_d
    if (unit && m_.add(w_, w_) == m_.multiply(p_, v_))
      return true;
    for (; twos > 1; --twos) {
      if (v_ == 0)
        return true;
      v_ = m_.subtract(m_.square(v_), two_);
    }
    return false;
  }

  std::uint64_t n_;
  montgomery m_;
  std::uint64_t two_, p_, x_, v_, w_;
  int place_;
};

} // namespace

bool is_prime(std::uint64_t n) {
  if (const auto known = try_small_primes(n); known != quick::unknown)
    return known == quick::prime;
  const auto parameter = lucas_parameter(n);
  return parameter != 0 && ladder{n, parameter}.passes();
}

void are_prime(std::span<const std::uint64_t> numbers, std::span<std::uint8_t> verdicts) {
  assert(numbers.size() == verdicts.size());
  std::transform(numbers.begin(), numbers.end(), verdicts.begin(),
                 [](std::uint64_t n) { return static_cast<std::uint8_t>(is_prime(n)); });
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
