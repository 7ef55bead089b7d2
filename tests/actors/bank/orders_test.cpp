// SPDX-License-Identifier: BSD-3-Clause
// Every order in which the small model's messages can be delivered: where the account actor holds
// in all of them, and where asking for a balance and setting it does not.

#include "actors/bank/race.hpp"

#include <algorithm>
#include <set>

#include <boost/test/unit_test.hpp>

#include "runtime/orders.hpp"

using namespace troupe;
using namespace troupe::bank;

namespace {

race_plan tutorial(std::uint32_t tellers = 2) {
  race_plan plan;
  plan.tellers = tellers;
  return plan;
}

race_plan opposite_transfers() {
  auto plan = tutorial();
  plan.transfer = true;
  return plan;
}

} // namespace

BOOST_AUTO_TEST_SUITE(order_walk_suite)

BOOST_AUTO_TEST_CASE(counts_every_list_of_choices_once) {
  // Two piles of two cards each, taken from the top of either: 4! / (2! 2!) orders.
  std::set<std::vector<int>> seen;
  runtime::order_walk walk;
  std::uint64_t count = 0;
  do {
    std::vector<std::vector<int>> piles{{2, 1}, {4, 3}};
    std::vector<int> taken;
    while (!piles.empty()) {
      const auto which = walk.choose(piles.size());
      taken.push_back(piles[which].back());
      piles[which].pop_back();
      if (piles[which].empty())
        piles.erase(piles.begin() + static_cast<std::ptrdiff_t>(which));
    }
    seen.insert(taken);
    BOOST_TEST(walk.number() == ++count);
  } while (walk.next());
  BOOST_TEST(count == 6u);
  BOOST_TEST(seen.size() == 6u);
}

BOOST_AUTO_TEST_CASE(a_model_without_choices_has_one_order) {
  runtime::order_walk walk;
  BOOST_TEST(walk.choose(1) == 0u);
  BOOST_TEST(!walk.next());
  BOOST_TEST(walk.number() == 1u);
}

BOOST_AUTO_TEST_CASE(a_model_that_is_not_the_same_each_time_is_refused) {
  runtime::order_walk walk;
  walk.choose(3);
  BOOST_TEST(walk.next());
  BOOST_CHECK_THROW(walk.choose(2), std::logic_error);
  runtime::order_walk ends_early;
  ends_early.choose(2);
  ends_early.choose(2);
  BOOST_TEST(ends_early.next());
  ends_early.choose(2);
  BOOST_CHECK_THROW(ends_early.next(), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(orders)

BOOST_AUTO_TEST_CASE(the_account_actor_holds_in_all_orders) {
  const auto all = explore_orders(tutorial(), actor_manner::one_message);
  BOOST_TEST(all.broken == 0u);
  BOOST_TEST(!all.cut);
  // Each teller begins, its withdrawal is handled, its slip is read: 6! / (3! 3!) = 20 orders, less
  // those in which the account would handle the letter that was sent later first. By hand: ta
  // begins first, then either "ta reads" comes before "tb reads" (5 ways) or after it (2 ways);
  // and the same with tb first.
  if (all.drawn)
    BOOST_TEST(all.tried == 14u);
}

BOOST_AUTO_TEST_CASE(transfers_by_actors_hold_in_all_orders) {
  const auto all = explore_orders(opposite_transfers(), actor_manner::one_message);
  BOOST_TEST(all.broken == 0u);
  BOOST_TEST(!all.cut);
  if (all.drawn)
    BOOST_TEST(all.tried > 100u);
}

BOOST_AUTO_TEST_CASE(get_then_set_loses_in_some_order_and_its_number_replays_it) {
  const auto all = explore_orders(tutorial(), actor_manner::get_then_set);
  if (!all.drawn)
    return; // one order proves nothing
  BOOST_TEST(!all.cut);
  BOOST_TEST(all.broken > 0u);
  BOOST_TEST(all.broken < all.tried); // one teller after the other is harmless
  BOOST_REQUIRE(all.first_broken.has_value());
  const auto& first = *all.first_broken;
  BOOST_TEST((judge(tutorial(), first.round) == race_verdict::miscounted));
  BOOST_TEST(money_off(tutorial(), first.round) == 800);
  const auto again = replay_order(tutorial(), actor_manner::get_then_set, first.number);
  BOOST_REQUIRE(again.has_value());
  BOOST_TEST(again->number == first.number);
  BOOST_TEST(!first.events.empty());
  BOOST_TEST((again->events == first.events));
  BOOST_TEST((again->round.story == first.round.story));
  BOOST_TEST(again->round.balances == first.round.balances, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(orders_before_the_first_broken_one_hold) {
  const auto all = explore_orders(tutorial(), actor_manner::get_then_set);
  if (!all.drawn)
    return;
  for (std::uint64_t n = 1; n < all.first_broken->number; ++n) {
    const auto order = replay_order(tutorial(), actor_manner::get_then_set, n);
    BOOST_REQUIRE(order.has_value());
    BOOST_TEST((judge(tutorial(), order->round) == race_verdict::held), "order " << n);
  }
}

BOOST_AUTO_TEST_CASE(says_so_when_it_tried_only_some) {
  const auto all = explore_orders(tutorial(), actor_manner::one_message, 7);
  if (!all.drawn)
    return;
  BOOST_TEST(all.cut);
  BOOST_TEST(all.tried == 7u);
}

BOOST_AUTO_TEST_CASE(there_is_no_order_beyond_the_last) {
  const auto all = explore_orders(tutorial(), actor_manner::one_message);
  BOOST_TEST(replay_order(tutorial(), actor_manner::one_message, all.tried).has_value());
  BOOST_TEST(!replay_order(tutorial(), actor_manner::one_message, all.tried + 1).has_value());
  BOOST_TEST(!replay_order(tutorial(), actor_manner::one_message, 0).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(on_all_cores)

BOOST_AUTO_TEST_CASE(the_account_actor_pays_out_once_however_many_draw) {
  auto plan = tutorial(20);
  plan.pause = std::chrono::milliseconds(5);
  for (int round = 0; round < 20; ++round) {
    const auto got = race_actors(plan, actor_manner::one_message);
    BOOST_TEST((judge(plan, got) == race_verdict::held));
    BOOST_TEST(got.balances == std::vector<std::int64_t>{200}, boost::test_tools::per_element());
    BOOST_TEST(std::count_if(got.story.begin(), got.story.end(),
                             [](const race_step& x) { return x.what == deed::refused; })
               == 19);
  }
}

BOOST_AUTO_TEST_CASE(transfers_by_actors_end_and_keep_every_coin) {
  auto plan = opposite_transfers();
  plan.tellers = 20;
  plan.pause = std::chrono::milliseconds(5);
  for (int round = 0; round < 20; ++round) {
    const auto got = race_actors(plan, actor_manner::one_message);
    BOOST_TEST((judge(plan, got) == race_verdict::held));
    BOOST_REQUIRE(got.balances.size() == 2u);
    BOOST_TEST(got.balances[0] + got.balances[1] == 2000);
  }
}

// Not a matter of luck: each waits far longer than both need to look.
BOOST_AUTO_TEST_CASE(get_then_set_after_a_pause_makes_money) {
  auto plan = tutorial();
  plan.pause = std::chrono::milliseconds(300);
  const auto got = race_actors(plan, actor_manner::get_then_set);
  BOOST_TEST((judge(plan, got) == race_verdict::miscounted));
  BOOST_TEST(money_off(plan, got) == 800);
}

BOOST_AUTO_TEST_SUITE_END()
