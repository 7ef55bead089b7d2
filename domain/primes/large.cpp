// SPDX-License-Identifier: BSD-3-Clause
#include "domain/primes/large.hpp"

#include "domain/primes/integer.hpp"
#include "domain/primes/primality.hpp"

namespace troupe::primes {

namespace {

verdict of(bool is_one) { return is_one ? verdict::prime : verdict::composite; }

verdict judge_word(std::uint64_t n, method how) {
  return of(how == method::trial ? is_prime_by_trial_division(n) : is_prime(n));
}

verdict prove(const integer& n) {
  switch (fmpz_is_prime(n.get())) {
  case 0:
    return verdict::composite;
  case 1:
    return verdict::prime;
  default: // FLINT could not decide
    return verdict::probable_prime;
  }
}

/// FLINT keeps memory for each thread that used it; a thread that ends has to give it back.
struct flint_user {
  ~flint_user() { flint_cleanup(); }
};

} // namespace

verdict judge(std::string_view decimal, method how, const std::function<bool()>& stop,
              const judge_limits& limits) {
  const auto digits = plain_digits(decimal);
  if (!digits)
    return verdict::invalid;
  if (digits->size() > limits.digits_max)
    return verdict::too_large;
  const auto stopped = [&] { return stop && stop(); };
  if (stopped())
    return verdict::cancelled;
  thread_local const flint_user in_this_thread;
  static_cast<void>(in_this_thread);
  const auto n = to_integer(*digits);
  if (n.fits_word())
    return judge_word(n.word(), how);
  if (how == method::trial)
    return verdict::too_large;
  if (fmpz_is_probabprime(n.get()) == 0)
    return verdict::composite;
  if (how == method::fast)
    return verdict::probable_prime;
  if (digits->size() > limits.proof_digits_max)
    return verdict::too_large;
  return stopped() ? verdict::cancelled : prove(n);
}

} // namespace troupe::primes
