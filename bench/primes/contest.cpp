// SPDX-License-Identifier: BSD-3-Clause
#include "bench/primes/contest.hpp"

#include <gmp.h>

#include <flint/fmpz.h>
#include <flint/ulong_extras.h>
#include <pari/pari.h>
// After both, whose macros would meet.

#include <algorithm>
#include <bit>
#include <memory>
#include <random>

#include "domain/primes/batch.hpp"
#include "domain/primes/integer.hpp"
#include "domain/primes/large.hpp"
#include "domain/primes/primality.hpp"

namespace troupe::bench {

namespace {

using words = std::vector<std::uint64_t>;

constexpr std::size_t pari_bytes = std::size_t{64} << 20;
constexpr int gmp_repetitions = 25; // what its manual calls reasonable

std::uint64_t odd_of(std::mt19937_64& random, int bits) {
  const auto top = std::uint64_t{1} << (bits - 1);
  return (random() >> (64 - bits)) | top | 1;
}

words random_odd(std::mt19937_64& random, int bits, std::size_t count) {
  words all(count);
  std::generate(all.begin(), all.end(), [&] { return odd_of(random, bits); });
  return all;
}

words random_primes(std::mt19937_64& random, int bits, std::size_t count) {
  words all;
  while (all.size() < count)
    if (const auto n = odd_of(random, bits); n_is_prime(n))
      all.push_back(n);
  return all;
}

/// Products p (2 p - 1) of two primes: one in four passes the strong test to base 2.
words strong_pseudoprimes(std::mt19937_64& random, std::size_t count) {
  words all;
  while (all.size() < count) {
    const auto p = odd_of(random, 31);
    const auto n = p * (2 * p - 1);
    if (n_is_prime(p) && n_is_prime(2 * p - 1)
        && n_is_strong_probabprime2_preinv(n, n_preinvert_limb(n), 2,
                                           (n - 1) >> std::countr_zero(n - 1)))
      all.push_back(n);
  }
  return all;
}

template <class Test>
contestant one_by_one(std::string label, std::shared_ptr<words> set, Test is) {
  return {std::move(label), [set, is] {
            return static_cast<std::size_t>(std::count_if(set->begin(), set->end(), is));
          }};
}

contestant batch(primes::batch_path path, std::shared_ptr<words> set) {
  auto verdicts = std::make_shared<std::vector<std::uint8_t>>(set->size());
  return {"ours, batch, " + std::string{primes::to_string(path)}, [=] {
            primes::are_prime(*set, *verdicts, path);
            return static_cast<std::size_t>(std::count(verdicts->begin(), verdicts->end(), 1));
          }};
}

contest of_words(std::string name, words numbers) {
  contest c{std::move(name), "FLINT n_is_prime", numbers.size(), 0, {}};
  const auto set = std::make_shared<words>(std::move(numbers));
  const auto flint = [](std::uint64_t n) { return n_is_prime(n) != 0; };
  c.primes = static_cast<std::size_t>(std::count_if(set->begin(), set->end(), flint));
  c.contestants.push_back(one_by_one("FLINT n_is_prime", set, flint));
  c.contestants.push_back(
      one_by_one("ours, one by one", set, [](std::uint64_t n) { return primes::is_prime(n); }));
  for (const auto path : {primes::batch_path::portable, primes::batch_path::ifma})
    if (primes::has_path(path))
      c.contestants.push_back(batch(path, set));
  c.contestants.push_back(
      one_by_one("PARI uisprime", set, [](std::uint64_t n) { return uisprime(n) != 0; }));
  c.contestants.push_back(one_by_one("GMP mpz_probab_prime_p", set, [](std::uint64_t n) {
    mpz_t z;
    mpz_init_set_ui(z, n);
    const bool is = mpz_probab_prime_p(z, gmp_repetitions) != 0;
    mpz_clear(z);
    return is;
  }));
  return c;
}

/// The same numbers in everybody's own form.
struct large_set {
  std::vector<primes::integer> flint;
  std::vector<std::string> decimal;
  std::vector<GEN> pari;
};

contest of_large(std::string name, std::mt19937_64& random, ulong bits, std::size_t count) {
  const auto set = std::make_shared<large_set>();
  while (set->flint.size() < count) {
    primes::integer n;
    for (ulong i = 0; i < bits; i += 64) {
      fmpz_mul_2exp(n.get(), n.get(), 64);
      fmpz_add_ui(n.get(), n.get(), random());
    }
    fmpz_setbit(n.get(), bits - 1);
    fmpz_nextprime(n.get(), n.get(), 0);
    set->decimal.push_back(n.decimal());
    set->pari.push_back(gclone(strtoi(set->decimal.back().c_str())));
    set->flint.push_back(n);
  }
  contest c{std::move(name), "FLINT fmpz_is_probabprime", count, count, {}};
  c.contestants.push_back({"FLINT fmpz_is_probabprime", [set] {
                             std::size_t found = 0;
                             for (const auto& n : set->flint)
                               found += fmpz_is_probabprime(n.get()) != 0 ? 1 : 0;
                             return found;
                           }});
  c.contestants.push_back({"ours, judge, from decimal", [set] {
                             std::size_t found = 0;
                             for (const auto& n : set->decimal)
                               found += primes::judge(n, primes::method::fast)
                                        == primes::verdict::probable_prime;
                             return found;
                           }});
  c.contestants.push_back({"PARI BPSW_psp", [set] {
                             std::size_t found = 0;
                             for (const auto n : set->pari)
                               found += BPSW_psp(n) != 0 ? 1 : 0;
                             return found;
                           }});
  c.contestants.push_back({"GMP mpz_probab_prime_p", [set] {
                             std::size_t found = 0;
                             mpz_t z;
                             mpz_init(z);
                             for (const auto& n : set->flint) {
                               fmpz_get_mpz(z, n.get());
                               found += mpz_probab_prime_p(z, gmp_repetitions) != 0 ? 1 : 0;
                             }
                             mpz_clear(z);
                             return found;
                           }});
  return c;
}

} // namespace

void start_pari() { pari_init(pari_bytes, 0); }

std::vector<std::string> contest_names() {
  return {
      "random odd, 64 bits",         "primes, 64 bits",  "random odd, 32 bits", "primes, 32 bits",
      "strong pseudoprimes, base 2", "primes, 128 bits", "primes, 256 bits",    "primes, 512 bits",
      "primes, 1024 bits",           "primes, 2048 bits"};
}

contest make_contest(const std::string& name, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  if (name == "random odd, 64 bits")
    return of_words(name, random_odd(random, 64, 40'000));
  if (name == "primes, 64 bits")
    return of_words(name, random_primes(random, 64, 8'000));
  if (name == "random odd, 32 bits")
    return of_words(name, random_odd(random, 32, 40'000));
  if (name == "primes, 32 bits")
    return of_words(name, random_primes(random, 32, 8'000));
  if (name == "strong pseudoprimes, base 2")
    return of_words(name, strong_pseudoprimes(random, 4'000));
  const auto bits = std::stoul(name.substr(name.find(' ') + 1));
  return of_large(name, random, bits, std::max<std::size_t>(2, 64 * 128 / bits));
}

} // namespace troupe::bench
