// SPDX-License-Identifier: BSD-3-Clause
#include "domain/primes/factor.hpp"

#include <flint/fmpz.h>
#include <flint/fmpz_factor.h>
#include <flint/qsieve.h>
#include <flint/ulong_extras.h>

#include <map>

#include "domain/primes/factoring.hpp"

namespace troupe::primes {

namespace {

constexpr slong trial_primes = 3000;             // up to 27,449
constexpr std::size_t sieve_at_once_digits = 55; // half a second; 60 digits take three

/// Bounds that find factors of 15, 20 and 25 digits (Zimmermann and Dodson, "20 years of ECM",
/// 2006). Fewer curves than would find most of them where a quadratic sieve can follow.
struct ecm_level {
  ulong b1, b2;
  int curves;
};
constexpr ecm_level ecm_levels_before_sieve[] = {{2'000, 150'000, 20}, {11'000, 1'100'000, 20}};
constexpr ecm_level ecm_levels_alone[] = {
    {2'000, 150'000, 30}, {11'000, 1'100'000, 90}, {50'000, 5'000'000, 150}};

class list_of_factors {
public:
  list_of_factors() { fmpz_factor_init(list_); }
  ~list_of_factors() { fmpz_factor_clear(list_); }
  list_of_factors(const list_of_factors&) = delete;
  list_of_factors& operator=(const list_of_factors&) = delete;

  fmpz_factor_struct* get() { return list_; }
  slong size() const { return list_->num; }
  integer factor(slong i) const {
    integer f;
    fmpz_set(f.get(), list_->p + i);
    return f;
  }
  ulong exponent(slong i) const { return list_->exp[i]; }

private:
  fmpz_factor_t list_;
};

class random_state {
public:
  random_state() { flint_randinit(state_); }
  ~random_state() { flint_randclear(state_); }
  random_state(const random_state&) = delete;
  random_state& operator=(const random_state&) = delete;
  flint_rand_s* get() { return state_; }

private:
  flint_rand_t state_;
};

} // namespace

factoring::factoring(integer n, std::function<bool()> stop, std::size_t hard_digits_max)
    : stop_(std::move(stop)), hard_digits_max_(hard_digits_max) {
  if (n.fits_word()) {
    add_word(n.word(), 1);
    return;
  }
  list_of_factors found;
  const bool complete = fmpz_factor_trial(found.get(), n.get(), trial_primes) != 0;
  for (slong i = 0; i < found.size(); ++i) {
    const bool rest = !complete && i + 1 == found.size();
    if (rest)
      open_.push_back({found.factor(i), found.exponent(i)});
    else
      primes_[found.factor(i)] += found.exponent(i);
  }
}

void factoring::add_word(ulong n, ulong exponent) {
  n_factor_t found;
  n_factor_init(&found);
  n_factor(&found, n, 1);
  for (int i = 0; i < found.num; ++i)
    primes_[integer{found.p[i]}] += exponent * static_cast<ulong>(found.exp[i]);
}

factoring::state factoring::step() {
  if (stop_ && stop_())
    return state::stopped;
  const auto part = std::move(open_.back());
  open_.pop_back();
  if (part.number.fits_word()) {
    add_word(part.number.word(), part.exponent);
    return state::going;
  }
  integer root;
  if (const int power = fmpz_is_perfect_power(root.get(), part.number.get()); power > 0) {
    open_.push_back({root, part.exponent * static_cast<ulong>(power)});
    return state::going;
  }
  if (fmpz_is_probabprime(part.number.get()) != 0) {
    primes_[part.number] += part.exponent;
    return state::going;
  }
  return split(part);
}

factoring::state factoring::split(const part& composite) {
  const auto digits = fmpz_sizeinbase(composite.number.get(), 10);
  if (digits > hard_digits_max_) {
    for (const auto& level : ecm_levels_alone)
      if (const auto done = try_curves(composite, level.b1, level.b2, level.curves))
        return *done;
    unsplit_.push_back(composite);
    return state::going;
  }
  if (digits > sieve_at_once_digits)
    for (const auto& level : ecm_levels_before_sieve)
      if (const auto done = try_curves(composite, level.b1, level.b2, level.curves))
        return *done;
  list_of_factors found;
  qsieve_factor(found.get(), composite.number.get());
  for (slong i = 0; i < found.size(); ++i)
    open_.push_back({found.factor(i), composite.exponent * found.exponent(i)});
  return state::going;
}

std::optional<factoring::state> factoring::try_curves(const part& composite, ulong b1, ulong b2,
                                                      int curves) {
  random_state random;
  integer factor;
  for (int i = 0; i < curves; ++i) {
    if (stop_ && stop_())
      return state::stopped;
    if (fmpz_factor_ecm(factor.get(), 1, b1, b2, random.get(), composite.number.get()) == 0)
      continue;
    if (fmpz_is_one(factor.get()) || factor == composite.number)
      continue;
    integer other;
    fmpz_divexact(other.get(), composite.number.get(), factor.get());
    open_.push_back({factor, composite.exponent});
    open_.push_back({other, composite.exponent});
    return state::going;
  }
  return std::nullopt;
}

tl::expected<std::vector<prime_power>, fault> factorize(std::string_view decimal,
                                                        const std::function<bool()>& stop,
                                                        const factor_limits& limits) {
  const auto digits = plain_digits(decimal);
  if (!digits || *digits == "0")
    return tl::unexpected{fault::invalid};
  if (digits->size() > limits.digits_max)
    return tl::unexpected{fault::too_large};
  factoring work{to_integer(*digits), stop, limits.hard_digits_max};
  while (!work.done())
    if (work.step() == factoring::state::stopped)
      return tl::unexpected{fault::cancelled};
  if (!work.unsplit().empty())
    return tl::unexpected{fault::out_of_reach};
  std::vector<prime_power> factors;
  for (const auto& [prime, exponent] : work.primes())
    factors.push_back({prime.decimal(), static_cast<std::uint32_t>(exponent),
                       prime.fits_word() ? verdict::prime : verdict::probable_prime});
  return factors;
}

} // namespace troupe::primes
