// SPDX-License-Identifier: BSD-3-Clause
#include "domain/compare/spread.hpp"

#include <algorithm>
#include <set>

#include <boost/test/unit_test.hpp>

using namespace troupe::compare;

BOOST_AUTO_TEST_SUITE(spread_suite)

BOOST_AUTO_TEST_CASE(median_and_range_of_runs) {
  BOOST_CHECK((spread_of({}) == spread{}));
  BOOST_CHECK((spread_of({3}) == spread{3, 3, 3}));
  BOOST_CHECK((spread_of({5, 1, 3}) == spread{3, 1, 5}));
  BOOST_CHECK((spread_of({4, 1, 3, 2}) == spread{2.5, 1, 4}));
}

BOOST_AUTO_TEST_CASE(ranges_that_touch_overlap) {
  const spread low{2, 1, 3}, high{5, 4, 6};
  BOOST_TEST(!overlap(low, high));
  BOOST_TEST(!overlap(high, low));
  BOOST_TEST(overlap(low, spread{3.5, 3, 4}));
  BOOST_TEST(overlap(spread{3, 0, 9}, low)); // one inside the other
  BOOST_TEST(overlap(low, spread{3, 0, 9}));
}

BOOST_AUTO_TEST_CASE(quantiles_are_values_that_were_there) {
  std::vector<double> hundred(100);
  for (std::size_t i = 0; i < hundred.size(); ++i)
    hundred[i] = static_cast<double>(i + 1);
  BOOST_TEST(quantile(hundred, 0) == 1);
  BOOST_TEST(quantile(hundred, 0.5) == 50);
  BOOST_TEST(quantile(hundred, 0.99) == 99);
  BOOST_TEST(quantile(hundred, 1) == 100);
  BOOST_TEST(quantile({}, 0.5) == 0);
  BOOST_TEST(quantile({7}, 0.999) == 7);
}

BOOST_AUTO_TEST_CASE(an_order_has_each_once_and_comes_again_from_its_seed) {
  std::set<std::vector<std::size_t>> different;
  for (std::uint64_t round = 0; round < 20; ++round) {
    auto order = drawn_order(7, round, 12);
    BOOST_TEST((order == drawn_order(7, round, 12)));
    different.insert(order);
    std::sort(order.begin(), order.end());
    for (std::size_t i = 0; i < order.size(); ++i)
      BOOST_TEST(order[i] == i);
  }
  BOOST_TEST(different.size() == 20u);
  BOOST_TEST((drawn_order(7, 0, 12) != drawn_order(8, 0, 12)));
  BOOST_TEST(drawn_order(1, 1, 0).empty());
}

// Each place is had by each about equally often: no engine is always the first.
BOOST_AUTO_TEST_CASE(an_order_favours_nobody) {
  constexpr std::size_t count = 4, rounds = 4'000;
  std::vector<std::vector<int>> at(count, std::vector<int>(count));
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const auto order = drawn_order(1, round, count);
    for (std::size_t place = 0; place < count; ++place)
      ++at[order[place]][place];
  }
  for (const auto& who : at)
    for (const auto times : who)
      BOOST_TEST((times > 850 && times < 1'150)); // 1000 expected, 27 is one standard deviation
}

BOOST_AUTO_TEST_SUITE_END()
