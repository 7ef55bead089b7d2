// SPDX-License-Identifier: BSD-3-Clause
//
// Never a wrong answer: beside FLINT's, over numbers drawn at random and numbers made to deceive.
#include <boost/test/unit_test.hpp>
#include <flint/ulong_extras.h>

#include <cstdint>
#include <random>
#include <vector>

#include "domain/primes/primality.hpp"

using namespace troupe;

namespace {

using u64 = std::uint64_t;
constexpr u64 last = ~u64{0};

/// Collects the numbers of one kind and asks all at once.
class trial {
public:
  void add(u64 n) { numbers_.push_back(n); }
  void add_around(u64 middle, u64 many) {
    for (u64 i = 0; i <= 2 * many; ++i)
      add(middle - many + i);
  }
  std::size_t size() const { return numbers_.size(); }

  /// Returns: the numbers on which anybody disagrees with FLINT.
  std::vector<u64> disputed() const {
    std::vector<std::uint8_t> verdicts(numbers_.size());
    primes::are_prime(numbers_, verdicts);
    std::vector<u64> wrong;
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
      const u64 n = numbers_[i];
      const bool truth = n_is_prime(n) != 0;
      if (primes::is_prime(n) != truth || (verdicts[i] != 0) != truth || verdicts[i] > 1)
        wrong.push_back(n);
    }
    return wrong;
  }

private:
  std::vector<u64> numbers_;
};

void check(const trial& t) {
  BOOST_TEST(t.disputed() == std::vector<u64>{}, boost::test_tools::per_element());
}

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

BOOST_AUTO_TEST_CASE(every_number_up_to_two_million_is_judged_right) {
  trial t;
  for (u64 n = 0; n < 2'000'000; ++n)
    t.add(n);
  check(t);
}

BOOST_AUTO_TEST_CASE(numbers_of_every_length_are_judged_right) {
  std::mt19937_64 random{1};
  trial t;
  for (int i = 0; i < 1'000'000; ++i)
    t.add((random() >> random() % 56) | (i % 8 != 0));
  check(t);
}

BOOST_AUTO_TEST_CASE(primes_of_every_length_are_found) {
  std::mt19937_64 random{2};
  trial t;
  for (int i = 0; i < 60'000; ++i) {
    u64 n = (random() >> random() % 60) | 1;
    while (!n_is_prime(n))
      n -= n == 1 ? last - 57 : 2; // the last prime below 2^64 is 2^64 - 59
    t.add(n);
  }
  check(t);
}

BOOST_AUTO_TEST_CASE(the_borders_of_words_are_judged_right) {
  trial t;
  for (int bits = 12; bits < 64; ++bits)
    t.add_around(u64{1} << bits, 1000);
  t.add_around(u64{1} << 32, 200'000);
  for (u64 i = 0; i < 200'000; ++i)
    t.add(last - i);
  check(t);
  BOOST_TEST(primes::is_prime(last - 58));
  BOOST_TEST(!primes::is_prime(last));
}

BOOST_AUTO_TEST_CASE(squares_and_products_of_close_primes_are_composite) {
  std::mt19937_64 random{3};
  trial t;
  for (int i = 0; i < 60'000; ++i) {
    const u64 p = next_prime(random() >> (33 + random() % 20));
    const u64 q = next_prime(p);
    t.add(p * p);
    t.add(p * q);
  }
  t.add(u64{4294967291} * 4294967291); // the largest
  t.add(u64{4294967291} * 4294967279);
  check(t);
}

BOOST_AUTO_TEST_CASE(carmichael_numbers_are_composite) {
  // (6k + 1)(12k + 1)(18k + 1) with three primes (Chernick, 1939): pseudoprime to every base.
  trial t;
  for (u64 k = 1; k < 240'000; ++k)
    if (n_is_prime(6 * k + 1) && n_is_prime(12 * k + 1) && n_is_prime(18 * k + 1))
      t.add((6 * k + 1) * (12 * k + 1) * (18 * k + 1));
  BOOST_TEST(t.size() > 1000u);
  check(t);
}

BOOST_AUTO_TEST_CASE(strong_pseudoprimes_to_base_two_are_composite) {
  // p (k (p - 1) + 1) with two primes is where most of them are.
  std::mt19937_64 random{4};
  trial t;
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
  check(t);
}

BOOST_AUTO_TEST_CASE(products_that_fool_lucas_tests_are_composite) {
  // p (k (p + 1) - 1): the same with n + 1 in the place of n - 1.
  std::mt19937_64 random{5};
  trial t;
  for (int i = 0; i < 60'000; ++i) {
    const u64 p = next_prime((random() >> (34 + random() % 10)) | 1);
    for (u64 k = 2; k < 8; ++k)
      if (const u64 q = k * (p + 1) - 1; q <= last / p && n_is_prime(q))
        t.add(p * q);
  }
  BOOST_TEST(t.size() > 10'000u);
  check(t);
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
