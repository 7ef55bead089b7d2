// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <gmpxx.h>

#include <optional>

namespace troupe::primes {

/// A curve y^2 = x^3 + a x + b modulo n, where n may turn out to be composite. For .cpp files.
class curve {
public:
  struct point {
    mpz_class x, y;
  };

  /// The curve with this `a` that goes through this point. Takes: n without the factors 2 and 3.
  curve(const mpz_class& n, const mpz_class& a, const point& through);

  /// Returns: whether it is a curve modulo every prime that divides n.
  bool is_smooth() const;

  /// Returns: k times p; nothing if, modulo some prime that divides n, that is zero or a sum on the
  /// way to it is one of two equal or opposite points. So what is returned is right modulo every
  /// such prime. If n is prime and p's order above k, it is never nothing.
  /// Takes: k >= 1. Cost: about 14 products modulo n for each bit of k.
  std::optional<point> times(const mpz_class& k, const point& p) const;

private:
  /// x = X / Z^2, y = Y / Z^3
  struct jacobian {
    mpz_class x, y, z;
  };
  mpz_class reduced(const mpz_class& value) const;
  void double_it(jacobian& r) const;
  void add(jacobian& r, const point& p) const;

  mpz_class n_, a_, b_;
};

} // namespace troupe::primes
