// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp>
#include <flint/fmpz.h>

#include <random>

#include "domain/primes/factor.hpp"
#include "domain/primes/integer.hpp"
#include "domain/primes/large.hpp"

using namespace troupe::primes;

namespace {

using factors = std::vector<prime_power>;

/// Multiplies them again, and looks whether they are primes in ascending order.
void check_product(const std::string& n, const factors& of) {
  integer product{1}, previous{1};
  for (const auto& f : of) {
    auto prime = to_integer(f.prime);
    BOOST_TEST((previous < prime));
    BOOST_TEST((judge(f.prime, method::fast) == f.how_sure), f.prime);
    BOOST_TEST(f.exponent > 0u);
    previous = prime;
    fmpz_pow_ui(prime.get(), prime.get(), f.exponent);
    fmpz_mul(product.get(), product.get(), prime.get());
  }
  BOOST_TEST(product.decimal() == n);
}

integer prime_from(std::mt19937_64& random, int bits) {
  integer p{random() >> 1};
  fmpz_mul_ui(p.get(), p.get(), random() | std::uint64_t{1} << 63);
  fmpz_fdiv_r_2exp(p.get(), p.get(), static_cast<ulong>(bits));
  fmpz_setbit(p.get(), static_cast<ulong>(bits - 1));
  fmpz_nextprime(p.get(), p.get(), 0);
  return p;
}

} // namespace

BOOST_AUTO_TEST_CASE(small_factorizations) {
  BOOST_TEST((factorize("1") == factors{}));
  BOOST_TEST((factorize("2") == factors{{"2", 1}}));
  BOOST_TEST((factorize("00360") == factors{{"2", 3}, {"3", 2}, {"5", 1}}));
  BOOST_TEST(
      (factorize("18446744073709551615")
       == factors{
           {"3", 1}, {"5", 1}, {"17", 1}, {"257", 1}, {"641", 1}, {"65537", 1}, {"6700417", 1}}));
  BOOST_TEST((factorize("18446744073709551629")
              == factors{{"18446744073709551629", 1, verdict::probable_prime}}));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_factored_has_a_fault) {
  for (const char* text : {"", "0", "000", "-6", "6 ", "six"})
    BOOST_TEST((factorize(text) == tl::unexpected{fault::invalid}), text);
  factor_limits limits;
  limits.digits_max = 40;
  BOOST_TEST(
      (factorize("1" + std::string(40, '0'), {}, limits) == tl::unexpected{fault::too_large}));
  // (10^20 + 39) (10^20 + 129). Without its sieve the curves would go on for a while.
  limits = {1000, 25};
  int asked = 0;
  BOOST_TEST((factorize(
                  "10000000000000000016800000000000000005031", [&] { return ++asked > 12; }, limits)
              == tl::unexpected{fault::cancelled}));
  BOOST_TEST(asked == 13);
  BOOST_TEST((factorize("10000000000000000016800000000000000005031", [] { return true; })
              == tl::unexpected{fault::cancelled}));
}

BOOST_AUTO_TEST_CASE(random_numbers_are_the_products_of_their_factors) {
  std::mt19937_64 random{1};
  for (int i = 0; i < 90; ++i) {
    integer n{random() | 1};
    for (int k = 0; k < i % 3; ++k)
      fmpz_mul_ui(n.get(), n.get(), (random() >> 34) + 1);
    const auto found = factorize(n.decimal());
    BOOST_REQUIRE(found.has_value());
    check_product(n.decimal(), *found);
  }
}

BOOST_AUTO_TEST_CASE(products_and_powers_of_large_primes_are_taken_apart) {
  std::mt19937_64 random{2};
  for (int bits = 33; bits <= 61; bits += 7) {
    const auto p = prime_from(random, bits);
    const auto q = prime_from(random, bits + 1);
    integer n;
    fmpz_mul(n.get(), p.get(), q.get());
    BOOST_TEST((*factorize(n.decimal()))[0].prime == p.decimal());
    fmpz_pow_ui(n.get(), p.get(), 5);
    const auto power = factorize(n.decimal());
    BOOST_REQUIRE_EQUAL(power->size(), 1u);
    BOOST_TEST((*power)[0].exponent == 5u);
    if (bits > 40) // for the curves it takes longer
      continue;
    fmpz_mul(n.get(), n.get(), q.get());
    fmpz_mul(n.get(), n.get(), q.get());
    fmpz_mul_ui(n.get(), n.get(), 720720);
    const auto mixed = factorize(n.decimal());
    BOOST_REQUIRE(mixed.has_value());
    check_product(n.decimal(), *mixed);
  }
}
