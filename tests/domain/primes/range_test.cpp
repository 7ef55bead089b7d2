// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp>
#include <flint/ulong_extras.h>

#include <vector>

#include "domain/primes/range.hpp"

using namespace troupe::primes;

namespace {

using u64 = std::uint64_t;

std::vector<u64> listed(u64 first, u64 last) {
  std::vector<u64> all;
  BOOST_TEST(list_primes(first, last, [&](std::span<const u64> some) {
    BOOST_TEST(!some.empty());
    all.insert(all.end(), some.begin(), some.end());
    return true;
  }));
  return all;
}

std::vector<u64> by_flint(u64 first, u64 last) {
  std::vector<u64> all;
  for (u64 n = first; n <= last && n >= first; ++n)
    if (n_is_prime(n))
      all.push_back(n);
  return all;
}

} // namespace

BOOST_AUTO_TEST_CASE(counts_are_those_of_the_tables) {
  // pi(10^k), A006880.
  const u64 known[] = {0, 4, 25, 168, 1229, 9592, 78498, 664579, 5761455};
  u64 end = 1;
  for (const auto count : known) {
    BOOST_TEST(count_primes(0, end).value() == count);
    end *= 10;
  }
  BOOST_TEST(count_primes(5, 4).value() == 0u);
  BOOST_TEST(count_primes(7, 7).value() == 1u);
  BOOST_TEST(count_primes(2, 2).value() == 1u);
}

BOOST_AUTO_TEST_CASE(short_ranges_far_up_are_counted_by_testing) {
  constexpr u64 last = ~u64{0};
  for (const u64 middle : {u64{1} << 32, u64{1} << 45, u64{1} << 52, u64{1} << 63})
    for (const u64 width : {u64{0}, u64{1}, u64{1000}, u64{20'000}}) {
      const auto truth = by_flint(middle - width, middle + width);
      BOOST_TEST(count_primes(middle - width, middle + width).value() == truth.size());
      BOOST_TEST(listed(middle - width, middle + width) == truth);
    }
  BOOST_TEST(listed(last - 300, last) == by_flint(last - 300, last));
  BOOST_TEST(listed(last - 300, last).back() == 18446744073709551557U);
  BOOST_TEST(listed(last - 57, last).empty());
  BOOST_TEST(count_primes(last, last).value() == 0u);
}

BOOST_AUTO_TEST_CASE(lists_are_complete_and_agree_with_counts) {
  BOOST_TEST(listed(0, 30'000) == by_flint(0, 30'000));
  BOOST_TEST(listed(2, 3) == (std::vector<u64>{2, 3}));
  BOOST_TEST(listed(14, 16).empty());
  BOOST_TEST(listed(5, 4).empty());
  const u64 from = 10'000'000'000, to = from + 2'000'000;
  const auto some = listed(from, to);
  BOOST_TEST(some.size() == count_primes(from, to).value());
  BOOST_TEST(some == by_flint(from, to));
}

BOOST_AUTO_TEST_CASE(whoever_has_enough_can_leave) {
  int pieces = 0;
  BOOST_TEST(!list_primes(0, ~u64{0}, [&](std::span<const u64>) { return ++pieces < 3; }));
  BOOST_TEST(pieces == 3);
  int asked = 0;
  const auto counted = count_primes(0, ~u64{0}, [&] { return ++asked >= 1; });
  BOOST_TEST((counted == tl::unexpected{fault::cancelled}));
  const auto far = count_primes(u64{1} << 63, (u64{1} << 63) + 1'000'000, [] { return true; });
  BOOST_TEST((far == tl::unexpected{fault::cancelled}));
}
