// SPDX-License-Identifier: BSD-3-Clause
//
// Never a wrong answer: beside FLINT's, over numbers drawn at random and numbers made to deceive.
#include <boost/test/unit_test.hpp>
#include <flint/ulong_extras.h>

#include <array>
#include <bit>
#include <cstdint>
#include <random>
#include <vector>

#include "domain/primes/batch_kernels.hpp"
#include "domain/primes/lucas.hpp"
#include "domain/primes/primality.hpp"
#include "tests/domain/primes/disputes.hpp"

using namespace troupe;
using test::disputes;

namespace {

using u64 = std::uint64_t;
constexpr u64 last = ~u64{0};

u64 power(u64 base, u64 exponent, u64 n) {
  return n_powmod2_ui_preinv(base, exponent, n, n_preinvert_limb(n));
}

bool passes_strong_test(u64 n, u64 base) {
  const int twos = __builtin_ctzll(n - 1);
  u64 x = power(base, (n - 1) >> twos, n);
  if (x == 1 || x == n - 1)
    return true;
  for (int i = 1; i < twos; ++i) {
    x = n_mulmod2(x, x, n);
    if (x == n - 1)
      return true;
  }
  return false;
}

u64 next_prime(u64 n) {
  do
    ++n;
  while (!n_is_prime(n));
  return n;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_number_up_to_three_million_is_judged_right) {
  disputes t;
  for (u64 n = 0; n < 3'000'000; ++n)
    t.add(n);
  t.check();
}

BOOST_AUTO_TEST_CASE(numbers_of_every_length_are_judged_right) {
  std::mt19937_64 random{1};
  disputes t;
  for (int i = 0; i < 1'000'000; ++i)
    t.add((random() >> random() % 56) | (i % 8 != 0));
  t.check();
}

BOOST_AUTO_TEST_CASE(primes_of_every_length_are_found) {
  std::mt19937_64 random{2};
  disputes t;
  for (int i = 0; i < 60'000; ++i) {
    u64 n = (random() >> random() % 60) | 1;
    while (!n_is_prime(n))
      n -= n == 1 ? last - 57 : 2; // the last prime below 2^64 is 2^64 - 59
    t.add(n);
  }
  t.check();
}

BOOST_AUTO_TEST_CASE(the_borders_of_words_are_judged_right) {
  disputes t;
  for (int bits = 12; bits < 64; ++bits)
    t.add_around(u64{1} << bits, 1000);
  t.add_around(u64{1} << 32, 200'000);
  for (u64 i = 0; i < 200'000; ++i)
    t.add(last - i);
  t.check();
  BOOST_TEST(primes::is_prime(last - 58));
  BOOST_TEST(!primes::is_prime(last));
}

BOOST_AUTO_TEST_CASE(squares_and_products_of_close_primes_are_composite) {
  std::mt19937_64 random{3};
  disputes t;
  for (int i = 0; i < 60'000; ++i) {
    const u64 p = next_prime(random() >> (33 + random() % 20));
    const u64 q = next_prime(p);
    t.add(p * p);
    t.add(p * q);
  }
  t.add(u64{4294967291} * 4294967291); // the largest
  t.add(u64{4294967291} * 4294967279);
  t.check();
}

BOOST_AUTO_TEST_CASE(carmichael_numbers_are_composite) {
  // (6k + 1)(12k + 1)(18k + 1) with three primes (Chernick, 1939): pseudoprime to every base.
  disputes t;
  for (u64 k = 1; k < 240'000; ++k)
    if (n_is_prime(6 * k + 1) && n_is_prime(12 * k + 1) && n_is_prime(18 * k + 1))
      t.add((6 * k + 1) * (12 * k + 1) * (18 * k + 1));
  BOOST_TEST(t.size() > 1000u);
  t.check();
}

BOOST_AUTO_TEST_CASE(strong_pseudoprimes_to_base_two_are_composite) {
  // p (k (p - 1) + 1) with two primes is where most of them are.
  std::mt19937_64 random{4};
  disputes t;
  for (int i = 0; i < 400'000; ++i) {
    const u64 p = next_prime((random() >> (34 + random() % 10)) | 1);
    for (u64 k = 2; k < 8; ++k) {
      const u64 q = k * (p - 1) + 1;
      if (q > last / p || !n_is_prime(q))
        continue;
      if (passes_strong_test(p * q, 2))
        t.add(p * q);
    }
  }
  BOOST_TEST(t.size() > 2000u);
  t.check();
}

BOOST_AUTO_TEST_CASE(products_that_fool_lucas_tests_are_composite) {
  // p (k (p + 1) - 1): the same with n + 1 in the place of n - 1.
  std::mt19937_64 random{5};
  disputes t;
  for (int i = 0; i < 60'000; ++i) {
    const u64 p = next_prime((random() >> (34 + random() % 10)) | 1);
    for (u64 k = 2; k < 8; ++k)
      if (const u64 q = k * (p + 1) - 1; q <= last / p && n_is_prime(q))
        t.add(p * q);
  }
  BOOST_TEST(t.size() > 10'000u);
  t.check();
}

BOOST_AUTO_TEST_CASE(the_least_that_deceive_many_bases_are_composite) {
  // The least strong pseudoprimes to the first 1, 2, 3, 4, 5, 6, 7 and 9 primes together (Jaeschke,
  // Math. Comp. 61, 1993; Jiang and Deng, Math. Comp. 83, 2014).
  disputes t;
  for (const u64 n : {u64{2047}, u64{1373653}, u64{25326001}, u64{3215031751}, u64{2152302898747},
                      u64{3474749660383}, u64{341550071728321}, u64{3825123056546413051}}) {
    BOOST_TEST(passes_strong_test(n, 2));
    t.add(n);
  }
  t.check();
}

BOOST_AUTO_TEST_CASE(each_half_of_the_test_alone_is_deceived_as_the_literature_says) {
  // Otherwise the other half would hide its mistakes. From 2^16 to 250,000: A001262 and A217719 of
  // the On-Line Encyclopedia of Integer Sequences.
  const std::vector<u64> strong{74665,  80581,  85489,  88357,  90751,
                                104653, 130561, 196093, 220729, 233017};
  const std::vector<u64> lucas{72389,  73919,  75077,  100127, 113573, 125249, 137549, 137801,
                               153931, 155819, 161027, 162133, 189419, 218321, 231703, 249331};
  for (const auto* kernel : {&primes::portable_kernel, primes::find_ifma_kernel()}) {
    if (kernel == nullptr)
      continue;
    std::vector<u64> deceived_strong, deceived_lucas;
    for (u64 n = primes::kernel_number_min + 1; n < 250'000; n += 2) {
      std::array<u64, 1 + primes::lanes_max> numbers{n};
      std::array<std::uint8_t, 1 + primes::lanes_max> parameters{}, passed{};
      if (n_is_prime(n))
        continue;
      if ((n - 1) >> std::countr_zero(n - 1) >= primes::odd_part_min) {
        kernel->strong(numbers.data(), 1, passed.data());
        if (passed[0] != 0)
          deceived_strong.push_back(n);
      }
      if (n % 3 == 0 || n % 5 == 0 || n % 7 == 0)
        continue;
      const auto p = primes::lucas_parameter(n);
      if (p == 0 || p > primes::lucas_parameter_max)
        continue;
      parameters[0] = static_cast<std::uint8_t>(p);
      kernel->lucas(numbers.data(), parameters.data(), 1, passed.data());
      if (passed[0] != 0)
        deceived_lucas.push_back(n);
    }
    BOOST_TEST(deceived_strong == strong, boost::test_tools::per_element());
    BOOST_TEST(deceived_lucas == lucas, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(numbers_whose_n_minus_one_or_n_plus_one_is_nearly_a_power_of_two) {
  // The ladders' first and last steps are their own here.
  disputes t;
  for (int bits = 17; bits < 64; ++bits)
    for (u64 k = 1; k < 300; ++k)
      if (k <= last >> bits) {
        t.add((k << bits) + 1);
        t.add((k << bits) - 1);
      }
  t.check();
}

BOOST_AUTO_TEST_CASE(batches_of_every_length_and_mixture_are_judged_right) {
  std::mt19937_64 random{8};
  for (std::size_t length = 0; length < 80; ++length) {
    disputes t;
    for (std::size_t i = 0; i < length; ++i)
      t.add(next_prime(random() >> (random() % 50 + 1)) + (random() % 4 == 0 ? 2 : 0));
    t.check();
  }
  disputes t;
  for (int i = 0; i < 5000; ++i)
    t.add(i % 3 == 0 ? random() >> 50 : next_prime(random() >> (1 + random() % 3 * 20)));
  t.check();
}

BOOST_AUTO_TEST_CASE(trial_division_agrees) {
  for (u64 n = 0; n < 100'000; ++n)
    BOOST_REQUIRE_EQUAL(primes::is_prime_by_trial_division(n), primes::is_prime(n));
  std::mt19937_64 random{6};
  for (int i = 0; i < 200; ++i) {
    const u64 n = random() >> 28;
    BOOST_REQUIRE_EQUAL(primes::is_prime_by_trial_division(n), primes::is_prime(n));
  }
  BOOST_TEST(primes::is_prime_by_trial_division(4294967291));
  BOOST_TEST(!primes::is_prime_by_trial_division(u64{1000003} * 1000033));
}
