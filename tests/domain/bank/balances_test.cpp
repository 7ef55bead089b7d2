// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>
#include <stdexcept>

#include "domain/bank/balances.hpp"

using namespace troupe::bank;

namespace {

constexpr auto most = std::numeric_limits<std::int64_t>::max();
constexpr auto least = std::numeric_limits<std::int64_t>::min();

struct row {
  quick_transfer asked;
  quick_refusal answer;
  std::vector<std::int64_t> after;
};

std::vector<std::int64_t> amounts(const balances& b) { return {b.all().begin(), b.all().end()}; }

std::int64_t sum_of(const std::vector<std::int64_t>& all) {
  return std::accumulate(all.begin(), all.end(), std::int64_t{0});
}

} // namespace

namespace troupe::bank {
std::ostream& operator<<(std::ostream& out, quick_refusal r) {
  return out << (r == quick_refusal::none ? "none" : to_string(r));
}
} // namespace troupe::bank

BOOST_AUTO_TEST_CASE(each_transfer_is_answered_by_the_rule) {
  using enum quick_refusal;
  const std::vector<std::int64_t> opening{1000, 50, 0};
  const std::vector<row> rows{
      {{0, 1, 800}, none, {200, 850, 0}},
      {{0, 2, 1000}, none, {0, 50, 1000}}, // to the last unit
      {{1, 0, 1}, none, {1001, 49, 0}},
      {{0, 1, 1001}, insufficient_funds, opening},
      {{2, 0, 1}, insufficient_funds, opening},
      {{0, 1, most}, insufficient_funds, opening},
      {{0, 1, 0}, amount_not_positive, opening},
      {{0, 1, -1}, amount_not_positive, opening},
      {{0, 1, least}, amount_not_positive, opening},
      {{0, 0, 10}, same_account, opening},
      {{0, 0, 2000}, same_account, opening},
      {{3, 0, 10}, no_account, opening},
      {{0, 3, 10}, no_account, opening},
      {{0, 0xffffffff, 10}, no_account, opening},
      {{7, 7, -5}, no_account, opening}, // the first thing that is wrong
  };
  for (const auto& r : rows) {
    BOOST_TEST_CONTEXT(r.asked.from << " to " << r.asked.to << ": " << r.asked.amount) {
      balances bank(opening);
      BOOST_TEST(bank.apply(r.asked) == r.answer);
      BOOST_TEST(amounts(bank) == r.after, boost::test_tools::per_element());
      BOOST_TEST(bank.sum() == 1050);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_balance_never_wraps_around) {
  std::int64_t from = 10;
  std::int64_t to = most - 9;
  BOOST_TEST(move_funds(10, from, to) == quick_refusal::overflow);
  BOOST_TEST(from == 10);
  BOOST_TEST(to == most - 9);
  BOOST_TEST(move_funds(9, from, to) == quick_refusal::none);
  BOOST_TEST(from == 1);
  BOOST_TEST(to == most);
}

BOOST_AUTO_TEST_CASE(a_bank_opens_only_with_what_it_can_keep) {
  BOOST_CHECK_THROW(balances({100, -1}), std::invalid_argument);
  BOOST_CHECK_THROW(balances({most, 1}), std::invalid_argument);
  BOOST_TEST(balances({most, 0}).sum() == most);
  BOOST_TEST(balances(std::vector<std::int64_t>{}).sum() == 0);
}

BOOST_AUTO_TEST_CASE(an_empty_bank_refuses_everything) {
  balances bank(std::vector<std::int64_t>{});
  BOOST_TEST(bank.apply(quick_transfer{0, 1, 1}) == quick_refusal::no_account);
}

BOOST_AUTO_TEST_CASE(a_batch_counts_its_refusals_and_applies_the_rest_in_order) {
  balances bank({100, 0, 0});
  const std::vector<quick_transfer> batch{{0, 1, 60}, {0, 2, 60}, {1, 2, 60},
                                          {1, 0, 1},  {2, 2, 5},  {2, 0, 30}};
  BOOST_TEST(bank.apply(batch) == 3u);
  BOOST_TEST(amounts(bank) == (std::vector<std::int64_t>{70, 0, 30}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_refusal_has_a_name) {
  for (int i = 1; i <= static_cast<int>(quick_refusal::overflow); ++i)
    BOOST_TEST(to_string(static_cast<quick_refusal>(i)).size() > 3u);
  BOOST_TEST(to_string(quick_refusal::none) == "");
}

BOOST_AUTO_TEST_CASE(the_sum_is_conserved_and_nothing_goes_below_zero) {
  std::mt19937_64 draw(20261122);
  std::vector<std::int64_t> opening(7);
  for (auto& amount : opening)
    amount = static_cast<std::int64_t>(draw() % 1000);
  balances bank(opening);
  std::size_t refused = 0;
  constexpr std::size_t transfers = 100'000;
  for (std::size_t i = 0; i < transfers; ++i) {
    // Wrong accounts, amounts below zero and too much are all among them.
    const quick_transfer t{static_cast<std::uint32_t>(draw() % 8),
                           static_cast<std::uint32_t>(draw() % 8),
                           static_cast<std::int64_t>(draw() % 600) - 20};
    refused += bank.apply(t) != quick_refusal::none;
    const auto now = amounts(bank);
    BOOST_REQUIRE(sum_of(now) == sum_of(opening));
    BOOST_REQUIRE(*std::min_element(now.begin(), now.end()) >= 0);
  }
  BOOST_TEST(refused > transfers / 10);
  BOOST_TEST(refused < transfers * 9 / 10);
}
