// SPDX-License-Identifier: BSD-3-Clause
// Partitions that were read at one cut, put together.
#include <boost/test/unit_test.hpp>

#include <limits>
#include <vector>

#include "domain/bank/whole_read.hpp"

using namespace troupe::bank;

namespace {

const currency eur = parse_currency("EUR");
const account_id outside = account_of(system_account::outside, eur);
const account_id in_flight = account_of(system_account::in_flight, eur);

account has(account_id id, amount balance, amount held = 0) {
  return {.id = id, .unit = eur, .balance = balance, .held = held};
}

/// 1 had 100 and has sent 30 to 2, which had 50.
struct crossing {
  part_at_cut near{
      .cut = 9, .sequence = 5, .accounts = {has(1, 100, 30), has(outside, -100)}, .outgoing = {}};
  part_at_cut far{
      .cut = 9, .sequence = 5, .accounts = {has(2, 50), has(outside, -50)}, .outgoing = {}};
  open_transfer sent{{0, 7}, 1, 2, 30, eur};
  crossing() { near.outgoing = {sent}; }
  void arrive() { far.accounts = {has(2, 80), has(outside, -50), has(in_flight, -30)}; }
  whole_state read(const std::vector<open_transfer>& arrived) const {
    return put_together(std::vector{far, near}, arrived);
  }
};

amount balance_of(const whole_state& w, account_id id) {
  for (const auto& a : w.accounts)
    if (a.id == id)
      return a.balance;
  return std::numeric_limits<amount>::min();
}

} // namespace

BOOST_AUTO_TEST_SUITE(whole_reads)

BOOST_AUTO_TEST_CASE(what_has_not_arrived_is_still_the_payers) {
  const crossing c;
  const auto w = c.read({});
  BOOST_TEST((w.error == whole_fault::none));
  BOOST_TEST(w.cut == 9u);
  BOOST_TEST(balance_of(w, 1) == 100);
  BOOST_TEST(balance_of(w, 2) == 50);
  BOOST_TEST(balance_of(w, outside) == -150);
  BOOST_TEST((w.on_the_way == std::vector{c.sent}));
  BOOST_TEST(adds_up(w.accounts));
  BOOST_TEST(sum_of_clients(w.accounts).at(eur) == 150);
}

BOOST_AUTO_TEST_CASE(what_has_arrived_is_counted_there_alone) {
  crossing c;
  c.arrive();
  BOOST_TEST(!adds_up(c.read({}).accounts)); // as if it had not
  const auto w = c.read({c.sent});
  BOOST_TEST(balance_of(w, 1) == 70);
  BOOST_TEST(balance_of(w, 2) == 80);
  BOOST_TEST(balance_of(w, in_flight) == 0);
  BOOST_TEST(w.on_the_way.empty());
  BOOST_TEST(adds_up(w.accounts));
  BOOST_TEST(sum_of_clients(w.accounts).at(eur) == 150);
}

BOOST_AUTO_TEST_CASE(the_same_id_of_another_payer_is_another_transfer) {
  crossing c;
  c.arrive();
  auto other = c.sent;
  other.from = 3;
  c.far.outgoing.push_back(other);
  const auto w = c.read({c.sent});
  BOOST_TEST((w.on_the_way == std::vector{other}));
}

BOOST_AUTO_TEST_CASE(what_is_missing_or_twice_does_not_add_up) {
  crossing c;
  c.near.accounts[0].balance = 99;
  BOOST_TEST(!adds_up(c.read({}).accounts));
  c.near.accounts[0].balance = 100;
  c.near.accounts.push_back(has(2, 0));
  BOOST_TEST((c.read({}).error != whole_fault::none));
  // Money that is between partitions at a cut has to be at one of them.
  BOOST_TEST(!adds_up(std::vector{has(1, 10), has(in_flight, -10)}));
}

BOOST_AUTO_TEST_CASE(sums_beyond_64_bits_are_told_as_such) {
  constexpr auto largest = std::numeric_limits<amount>::max();
  const std::vector<account> rich{has(1, largest), has(2, largest), has(outside, -largest)};
  BOOST_TEST(sum_of_clients(rich).empty());
  BOOST_TEST(!adds_up(rich));
  crossing c;
  c.near.accounts.push_back(has(in_flight, largest));
  BOOST_TEST((c.read({c.sent}).error != whole_fault::none));
}

BOOST_AUTO_TEST_CASE(faults_have_names) {
  for (int k = 1; k <= 4; ++k)
    BOOST_TEST(!to_string(static_cast<whole_fault>(k)).empty());
  BOOST_TEST(to_string(whole_fault::none).empty());
}

BOOST_AUTO_TEST_SUITE_END()
