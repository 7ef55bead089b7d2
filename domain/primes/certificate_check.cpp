// SPDX-License-Identifier: BSD-3-Clause
// Shares nothing with what makes certificates: other arithmetic (GMP's), other code.
#include <gmpxx.h>

#include <optional>
#include <set>
#include <variant>
#include <vector>

#include "domain/primes/certificate.hpp"
#include "domain/primes/certificate_text.hpp"
#include "domain/primes/curve.hpp"
#include "domain/primes/primality.hpp"

namespace troupe::primes {

namespace {

using why = std::optional<const char*>; ///< nothing: it holds

constexpr std::size_t word_bits = 64;

bool is_word(const mpz_class& n) { return mpz_sizeinbase(n.get_mpz_t(), 2) <= word_bits; }

std::uint64_t word_of(const mpz_class& n) {
  std::uint64_t word = 0;
  mpz_export(&word, nullptr, -1, sizeof word, 0, 0, n.get_mpz_t());
  return word;
}

bool is_square(const mpz_class& n) { return sgn(n) >= 0 && mpz_perfect_square_p(n.get_mpz_t()); }

class checker {
public:
  /// What the steps below have proved.
  void learn(const mpz_class& n) { proved_.insert(n); }

  why check(const small_step& s) const {
    if (!is_word(s.n))
      return "not below 2^64";
    return is_prime(word_of(s.n)) ? why{} : "not prime";
  }

  why check(const minus_one_step& s) const {
    const mpz_class m = s.n - 1;
    if (s.n < 3 || mpz_even_p(s.n.get_mpz_t()))
      return "not an odd number above 1";
    mpz_class f = 1;
    std::set<mpz_class> seen;
    for (const auto& [q, a] : s.factors) {
      if (!knows(q))
        return "a factor is neither a prime below 2^64 nor proved further down";
      if (!seen.insert(q).second)
        return "a factor comes twice";
      if (!mpz_divisible_p(m.get_mpz_t(), q.get_mpz_t()))
        return "a factor does not divide n - 1";
      if (!has_order_of(s.n, q, a))
        return "a factor's witness is none";
      mpz_class rest;
      const auto exponent = mpz_remove(rest.get_mpz_t(), m.get_mpz_t(), q.get_mpz_t());
      mpz_class power;
      mpz_pow_ui(power.get_mpz_t(), q.get_mpz_t(), exponent);
      f *= power;
    }
    if (f * f > s.n)
      return {};
    if (f * f * f <= s.n)
      return "the factors are too small together";
    const mpz_class c1 = m / f % f;
    const mpz_class c2 = m / f / f;
    return is_square(c1 * c1 - 4 * c2) ? "c1^2 - 4 c2 is a square" : why{};
  }

  why check(const elliptic_step& s) const {
    if (s.n < 5 || mpz_even_p(s.n.get_mpz_t()) || mpz_divisible_ui_p(s.n.get_mpz_t(), 3))
      return "not a number above 4 without the factors 2 and 3";
    const mpz_class m = s.n + 1 - s.t;
    if (s.s < 1 || !mpz_divisible_p(m.get_mpz_t(), s.s.get_mpz_t()))
      return "s does not divide the curve's order";
    const mpz_class q = m / s.s;
    const mpz_class root = sqrt(mpz_class{sqrt(s.n)}) + 1; // above the fourth root
    if (q <= (root + 1) * (root + 1))
      return "q is too small";
    if (q >= s.n || !knows(q))
      return "q is neither a prime below 2^64 nor proved further down";
    if (s.x < 0 || s.x >= s.n || s.y < 0 || s.y >= s.n)
      return "the point's coordinates are not below n";
    const curve e{s.n, s.a, {s.x, s.y}};
    if (!e.is_smooth())
      return "the curve is singular";
    const auto base = e.times(s.s, {s.x, s.y});
    if (!base)
      return "s P is zero, or n is composite";
    const auto last = e.times(q - 1, *base);
    if (!last || last->x != base->x || (last->y + base->y) % s.n != 0)
      return "q s P is not zero";
    return {};
  }

private:
  bool knows(const mpz_class& q) const {
    return is_word(q) ? sgn(q) > 0 && is_prime(word_of(q)) : proved_.count(q) == 1;
  }

  static bool has_order_of(const mpz_class& n, const mpz_class& q, const mpz_class& a) {
    const mpz_class m = n - 1;
    const mpz_class exponent = m / q;
    mpz_class part, whole, common;
    mpz_powm(part.get_mpz_t(), a.get_mpz_t(), exponent.get_mpz_t(), n.get_mpz_t());
    mpz_powm(whole.get_mpz_t(), part.get_mpz_t(), q.get_mpz_t(), n.get_mpz_t());
    const mpz_class less = part - 1;
    mpz_gcd(common.get_mpz_t(), less.get_mpz_t(), n.get_mpz_t());
    return whole == 1 && common == 1;
  }

  std::set<mpz_class> proved_;
};

} // namespace

tl::expected<std::string, certificate_flaw> check_certificate(std::string_view text,
                                                              const certificate_limits& limits) {
  const auto steps = read_certificate(text, limits);
  if (!steps)
    return tl::unexpected{steps.error()};
  checker known;
  for (auto step = steps->rbegin(); step != steps->rend(); ++step) {
    const auto flaw = std::visit([&](const auto& s) { return known.check(s); }, step->what);
    if (flaw)
      return tl::unexpected{certificate_flaw{step->line, *flaw}};
    known.learn(step->number());
  }
  return steps->front().number().get_str();
}

} // namespace troupe::primes
