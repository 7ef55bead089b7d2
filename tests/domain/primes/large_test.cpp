// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp>
#include <flint/fmpz.h>

#include <random>
#include <string>

#include "domain/primes/integer.hpp"
#include "domain/primes/large.hpp"
#include "domain/primes/primality.hpp"

using namespace troupe::primes;

namespace {

integer random_integer(std::mt19937_64& random, int bits) {
  integer n;
  for (int i = 0; i < bits; i += 32) {
    fmpz_mul_2exp(n.get(), n.get(), 32);
    fmpz_add_ui(n.get(), n.get(), random() >> 32);
  }
  fmpz_fdiv_r_2exp(n.get(), n.get(), static_cast<ulong>(bits));
  fmpz_setbit(n.get(), static_cast<ulong>(bits - 1));
  return n;
}

std::string power_of_two_minus(ulong exponent, ulong less) {
  integer n{1};
  fmpz_mul_2exp(n.get(), n.get(), exponent);
  fmpz_sub_ui(n.get(), n.get(), less);
  return n.decimal();
}

} // namespace

BOOST_AUTO_TEST_CASE(what_is_no_number_is_invalid) {
  for (const char* text : {"", " ", "-7", "+7", "7 ", " 7", "7.0", "0x7", "1e3", "seven", "٧"})
    BOOST_TEST((judge(text, method::fast) == verdict::invalid), text);
}

BOOST_AUTO_TEST_CASE(words_are_judged_for_certain_by_every_method) {
  for (std::uint64_t n = 0; n < 2000; ++n)
    for (const auto how : {method::trial, method::fast, method::prove})
      BOOST_TEST((judge(std::to_string(n), how) == verdict::prime) == is_prime(n));
  BOOST_TEST((judge("18446744073709551557", method::fast) == verdict::prime));
  BOOST_TEST((judge("18446744073709551615", method::prove) == verdict::composite));
  BOOST_TEST((judge("0000000000000000000000000000000000007", method::fast) == verdict::prime));
  BOOST_TEST((judge("000", method::fast) == verdict::composite));
  BOOST_TEST((judge("112272535095293", method::trial) == verdict::prime));
}

BOOST_AUTO_TEST_CASE(beyond_a_word_fast_says_probable_and_prove_says_prime) {
  // 2^64 + 13 is the first prime there.
  for (const char* n : {"18446744073709551616", "18446744073709551617", "18446744073709551627"})
    for (const auto how : {method::fast, method::prove})
      BOOST_TEST((judge(n, how) == verdict::composite), n);
  BOOST_TEST((judge("18446744073709551629", method::fast) == verdict::probable_prime));
  BOOST_TEST((judge("18446744073709551629", method::prove) == verdict::prime));
  BOOST_TEST((judge("18446744073709551629", method::trial) == verdict::too_large));
  for (const ulong exponent : {89UL, 107UL, 127UL, 521UL}) {
    BOOST_TEST((judge(power_of_two_minus(exponent, 1), method::fast) == verdict::probable_prime));
    BOOST_TEST((judge(power_of_two_minus(exponent, 1), method::prove) == verdict::prime));
  }
  BOOST_TEST((judge(power_of_two_minus(1279, 1), method::fast) == verdict::probable_prime));
  BOOST_TEST((judge(power_of_two_minus(1277, 1), method::fast) == verdict::composite));
}

BOOST_AUTO_TEST_CASE(numbers_made_to_deceive_are_composite) {
  // The least strong pseudoprimes to the first 12 and 13 primes (Sorenson and Webster, Math. Comp.
  // 86, 2017), Chernick's Carmichael numbers, and squares.
  for (const char* n : {"318665857834031151167461", "3317044064679887385961981"})
    BOOST_TEST((judge(n, method::fast) == verdict::composite), n);
  std::mt19937_64 random{1};
  int carmichael = 0;
  for (std::uint64_t k = (std::uint64_t{1} << 40) + random() % 1000; carmichael < 40; ++k) {
    if (!is_prime(6 * k + 1) || !is_prime(12 * k + 1) || !is_prime(18 * k + 1))
      continue;
    integer n{6 * k + 1};
    fmpz_mul_ui(n.get(), n.get(), 12 * k + 1);
    fmpz_mul_ui(n.get(), n.get(), 18 * k + 1);
    BOOST_TEST((judge(n.decimal(), method::fast) == verdict::composite));
    BOOST_TEST((judge(n.decimal(), method::prove) == verdict::composite));
    ++carmichael;
  }
  for (int i = 0; i < 300; ++i) {
    auto p = random_integer(random, 33 + i);
    fmpz_nextprime(p.get(), p.get(), 0);
    fmpz_mul(p.get(), p.get(), p.get());
    BOOST_TEST((judge(p.decimal(), method::fast) == verdict::composite));
  }
}

BOOST_AUTO_TEST_CASE(random_numbers_of_many_sizes_agree_with_a_proof) {
  std::mt19937_64 random{2};
  int primes = 0;
  for (int i = 0; i < 400; ++i) {
    auto n = random_integer(random, 65 + i % 100);
    fmpz_setbit(n.get(), 0);
    if (i % 5 == 0)
      fmpz_nextprime(n.get(), n.get(), 0);
    const bool truth = fmpz_is_prime(n.get()) == 1;
    primes += truth ? 1 : 0;
    const auto fast = judge(n.decimal(), method::fast);
    BOOST_TEST((fast == (truth ? verdict::probable_prime : verdict::composite)), n.decimal());
    if (i % 10 == 0)
      BOOST_TEST(
          (judge(n.decimal(), method::prove) == (truth ? verdict::prime : verdict::composite)));
  }
  BOOST_TEST(primes > 80);
}

BOOST_AUTO_TEST_CASE(limits_and_stopping) {
  judge_limits limits;
  limits.digits_max = 30;
  limits.proof_digits_max = 25;
  const std::string thirty = "1" + std::string(29, '0');
  BOOST_TEST((judge(thirty, method::fast, {}, limits) == verdict::composite));
  BOOST_TEST((judge(thirty + "1", method::fast, {}, limits) == verdict::too_large));
  BOOST_TEST((judge("000" + thirty, method::fast, {}, limits) == verdict::composite));
  // 10^25 + 13 has 26 digits.
  BOOST_TEST(
      (judge("10000000000000000000000013", method::fast, {}, limits) == verdict::probable_prime));
  BOOST_TEST(
      (judge("10000000000000000000000013", method::prove, {}, limits) == verdict::too_large));
  int asked = 0;
  const auto at_once = [&] { return ++asked >= 1; };
  const auto later = [&] { return ++asked >= 2; };
  BOOST_TEST((judge("18446744073709551629", method::fast, at_once) == verdict::cancelled));
  asked = 0;
  BOOST_TEST((judge("18446744073709551629", method::prove, later) == verdict::cancelled));
  BOOST_TEST(asked == 2);
}

BOOST_AUTO_TEST_CASE(names_are_read_as_they_are_written) {
  for (const auto m : {method::trial, method::fast, method::prove})
    BOOST_TEST((parse_method(to_string(m)) == m));
  BOOST_TEST(!parse_method("FAST").has_value());
  BOOST_TEST(to_string(verdict::probable_prime) == "probable prime");
}
