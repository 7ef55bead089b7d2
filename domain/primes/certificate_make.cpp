// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <deque>
#include <set>

#include "domain/primes/certificate.hpp"
#include "domain/primes/factoring.hpp"
#include "domain/primes/integer.hpp"
#include "domain/primes/primality.hpp"

namespace troupe::primes {

namespace {

constexpr std::string_view header = "primality-certificate 1\n";
constexpr ulong witness_max = 1000; ///< of a prime, the first one or two do

integer minus_one(const integer& n) {
  integer m;
  fmpz_sub_ui(m.get(), n.get(), 1);
  return m;
}

/// Primes of n - 1 whose powers in it are together above its cube root, small ones first.
class factored_part {
public:
  factored_part(const integer& n, const std::function<bool()>& stop, std::size_t hard_digits_max)
      : n_(n), work_(minus_one(n), stop, hard_digits_max) {}

  tl::expected<std::vector<integer>, fault> find() {
    while (!is_enough()) {
      if (work_.done())
        return tl::unexpected{fault::out_of_reach};
      if (work_.step() == factoring::state::stopped)
        return tl::unexpected{fault::cancelled};
    }
    return primes_;
  }

private:
  bool is_enough() {
    integer product{1}, power;
    primes_.clear();
    for (const auto& [prime, exponent] : work_.primes()) {
      fmpz_pow_ui(power.get(), prime.get(), exponent);
      fmpz_mul(product.get(), product.get(), power.get());
      primes_.push_back(prime);
      fmpz_pow_ui(power.get(), product.get(), 3);
      if (n_ < power)
        return true;
    }
    return false;
  }

  const integer& n_;
  factoring work_;
  std::vector<integer> primes_;
};

/// Returns: an a for which a^((n - 1) / q) - 1 is prime to n; 0 if n is not prime.
ulong witness_of(const integer& n, const integer& q) {
  integer exponent, power;
  fmpz_divexact(exponent.get(), minus_one(n).get(), q.get());
  for (ulong a = 2; a < witness_max; ++a) {
    const integer base{a};
    fmpz_powm(power.get(), base.get(), exponent.get(), n.get());
    fmpz_sub_ui(power.get(), power.get(), 1);
    fmpz_gcd(power.get(), power.get(), n.get());
    if (fmpz_is_one(power.get()))
      return a;
  }
  return 0;
}

} // namespace

tl::expected<std::string, fault> make_certificate(std::string_view decimal,
                                                  const std::function<bool()>& stop,
                                                  const certificate_limits& limits) {
  const auto digits = plain_digits(decimal);
  if (!digits)
    return tl::unexpected{fault::invalid};
  if (digits->size() > limits.digits_max)
    return tl::unexpected{fault::too_large};
  const auto number = to_integer(*digits);
  const bool is_word = number.fits_word();
  if (is_word ? !is_prime(number.word()) : fmpz_is_probabprime(number.get()) == 0)
    return tl::unexpected{fault::not_prime};
  std::string text{header};
  if (is_word)
    return text + "small " + number.decimal() + "\n";

  // Larger ones first, so that what a step needs is proved after it.
  std::set<integer> open{number};
  while (!open.empty()) {
    const auto n = std::move(open.extract(std::prev(open.end())).value());
    const auto primes = factored_part{n, stop, limits.hard_digits_max}.find();
    if (!primes)
      return tl::unexpected{primes.error()};
    text += "n-1 " + n.decimal() + "\n";
    for (const auto& q : *primes) {
      const auto a = witness_of(n, q);
      if (a == 0)
        return tl::unexpected{fault::not_prime};
      text += "factor " + q.decimal() + " " + std::to_string(a) + "\n";
      if (!q.fits_word())
        open.insert(q);
    }
  }
  return text;
}

} // namespace troupe::primes
