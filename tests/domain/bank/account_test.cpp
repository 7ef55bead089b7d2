// SPDX-License-Identifier: BSD-3-Clause
#include "domain/bank/account.hpp"

#include <limits>

#include <boost/test/unit_test.hpp>

using namespace troupe::bank;

namespace {

constexpr auto most = std::numeric_limits<std::int64_t>::max();
constexpr auto least = std::numeric_limits<std::int64_t>::min();

struct row {
  std::int64_t before, amount;
  draw_fault fault;
  std::int64_t after;
};

} // namespace

BOOST_AUTO_TEST_SUITE(plain_account_suite)

BOOST_AUTO_TEST_CASE(draws_what_is_there_and_refuses_the_rest) {
  const row rows[] = {
      {1000, 800, draw_fault::none, 200},
      {1000, 1000, draw_fault::none, 0},
      {most, most, draw_fault::none, 0},
      {200, 800, draw_fault::insufficient_funds, 200},
      {999, 1000, draw_fault::insufficient_funds, 999},
      {0, 1, draw_fault::insufficient_funds, 0},
      {-600, 1, draw_fault::insufficient_funds, -600},
      {1000, 0, draw_fault::amount_not_positive, 1000},
      {1000, -1, draw_fault::amount_not_positive, 1000},
      {1000, least, draw_fault::amount_not_positive, 1000},
  };
  for (const auto& r : rows) {
    BOOST_TEST_CONTEXT(r.before << " draw " << r.amount) {
      plain_account account{r.before};
      BOOST_TEST((account.draw(r.amount) == r.fault));
      BOOST_TEST(account.balance() == r.after);
      BOOST_TEST((check_draw(r.before, r.amount) == r.fault));
    }
  }
}

BOOST_AUTO_TEST_CASE(takes_deposits_that_fit) {
  const row rows[] = {
      {0, 800, draw_fault::none, 800},
      {-600, 800, draw_fault::none, 200},
      {most - 1, 1, draw_fault::none, most},
      {most, 1, draw_fault::overflow, most},
      {1, most, draw_fault::overflow, 1},
      {1000, 0, draw_fault::amount_not_positive, 1000},
      {1000, -1, draw_fault::amount_not_positive, 1000},
  };
  for (const auto& r : rows) {
    BOOST_TEST_CONTEXT(r.before << " deposit " << r.amount) {
      plain_account account{r.before};
      BOOST_TEST((account.deposit(r.amount) == r.fault));
      BOOST_TEST(account.balance() == r.after);
      BOOST_TEST((check_deposit(r.before, r.amount) == r.fault));
    }
  }
}

BOOST_AUTO_TEST_CASE(every_fault_has_its_words) {
  BOOST_TEST(to_string(draw_fault::none) == "");
  BOOST_TEST(to_string(draw_fault::amount_not_positive) == "the amount is not positive");
  BOOST_TEST(to_string(draw_fault::insufficient_funds) == "the balance is too short");
  BOOST_TEST(to_string(draw_fault::overflow) == "the balance would be too large");
}

BOOST_AUTO_TEST_SUITE_END()
