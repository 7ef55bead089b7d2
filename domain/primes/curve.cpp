// SPDX-License-Identifier: BSD-3-Clause
#include "domain/primes/curve.hpp"

namespace troupe::primes {

curve::curve(const mpz_class& n, const mpz_class& a, const point& through)
    : n_(n), a_(reduced(a)),
      b_(reduced(through.y * through.y - through.x * through.x * through.x - a_ * through.x)) {}

mpz_class curve::reduced(const mpz_class& value) const {
  mpz_class rest;
  mpz_mod(rest.get_mpz_t(), value.get_mpz_t(), n_.get_mpz_t());
  return rest;
}

bool curve::is_smooth() const {
  const mpz_class discriminant = reduced(4 * a_ * a_ * a_ + 27 * b_ * b_);
  return gcd(discriminant, n_) == 1;
}

void curve::double_it(jacobian& r) const {
  const mpz_class yy = reduced(r.y * r.y);
  const mpz_class s = reduced(4 * r.x * yy);
  const mpz_class zz = reduced(r.z * r.z);
  const mpz_class m = reduced(3 * r.x * r.x + a_ * reduced(zz * zz));
  r.z = reduced(2 * r.y * r.z);
  r.x = reduced(m * m - 2 * s);
  r.y = reduced(m * (s - r.x) - 8 * yy * yy);
}

void curve::add(jacobian& r, const point& p) const {
  const mpz_class zz = reduced(r.z * r.z);
  const mpz_class h = reduced(p.x * zz - r.x);
  const mpz_class d = reduced(p.y * reduced(zz * r.z) - r.y);
  const mpz_class hh = reduced(h * h);
  const mpz_class hhh = reduced(hh * h);
  const mpz_class v = reduced(r.x * hh);
  r.z = reduced(r.z * h);
  r.x = reduced(d * d - hhh - 2 * v);
  r.y = reduced(d * (v - r.x) - r.y * hhh);
}

std::optional<curve::point> curve::times(const mpz_class& k, const point& p) const {
  jacobian r{p.x, p.y, 1};
  // A sum of points, or a double, is right modulo every prime modulo which its Z is not zero. One
  // product tells of all.
  mpz_class all_z = 1;
  for (auto bit = mpz_sizeinbase(k.get_mpz_t(), 2) - 1; bit-- > 0;) {
    double_it(r);
    all_z = reduced(all_z * r.z);
    if (mpz_tstbit(k.get_mpz_t(), bit) != 0) {
      add(r, p);
      all_z = reduced(all_z * r.z);
    }
  }
  if (gcd(all_z, n_) != 1)
    return std::nullopt;
  mpz_class inverse;
  mpz_invert(inverse.get_mpz_t(), r.z.get_mpz_t(), n_.get_mpz_t());
  const mpz_class square = reduced(inverse * inverse);
  return point{reduced(r.x * square), reduced(r.y * reduced(square * inverse))};
}

} // namespace troupe::primes
