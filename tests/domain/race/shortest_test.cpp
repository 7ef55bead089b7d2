// SPDX-License-Identifier: BSD-3-Clause
// That there is no shorter order that fails is a claim about all orders; here all of them are
// looked at.

#include "domain/race/shortest.hpp"

#include <map>
#include <tuple>

#include <boost/test/unit_test.hpp>

#include "domain/race/program.hpp"
#include "tests/domain/race/every_order.hpp"

using namespace troupe;
using namespace troupe::race;
using namespace troupe::test;

namespace {

using measure = std::tuple<std::size_t, std::size_t>; // steps, switches

measure measure_of(const short_order& s) { return {s.steps.size(), s.switches}; }

// For each flaw the best that any order comes to, with all of them played.
std::map<flaw, measure> best_of_all(const model& m) {
  std::map<flaw, measure> best;
  every_order(m, [&](const order& steps, const world&) {
    const auto cut = until_flaw(m, steps);
    if (cut.wrong == flaw::none)
      return;
    const auto [place, fresh] = best.try_emplace(cut.wrong, measure_of(cut));
    if (!fresh)
      place->second = std::min(place->second, measure_of(cut));
  });
  return best;
}

} // namespace

BOOST_AUTO_TEST_SUITE(shortest_suite)

BOOST_AUTO_TEST_CASE(none_of_all_orders_fails_sooner) {
  std::size_t failing = 0;
  for (const auto& p : small_plans()) {
    const auto m = make_model(p);
    const auto found = shortest(*m);
    if (!said_to_fail(p)) { // that none fails is orders_test's to show
      BOOST_TEST(!found.has_value(), name_of(p));
      continue;
    }
    const auto best = best_of_all(*m);
    BOOST_REQUIRE_MESSAGE(found.has_value() == !best.empty(), name_of(p));
    for (const auto& [wrong, least] : best) {
      const auto of_kind = shortest(*m, wrong);
      BOOST_REQUIRE(of_kind.has_value());
      BOOST_TEST((of_kind->wrong == wrong), name_of(p));
      BOOST_TEST((measure_of(*of_kind) == least), name_of(p));
      BOOST_TEST((measure_of(*found) <= least), name_of(p));
      BOOST_TEST(of_kind->proven);
      const auto graph = order_graph::explore(*m);
      const auto by_graph = shortest(*m, wrong, worlds_max_usual, &*graph);
      BOOST_REQUIRE(by_graph.has_value());
      BOOST_TEST((measure_of(*by_graph) == least), name_of(p));
      BOOST_TEST((by_graph->wrong == wrong), name_of(p));
      BOOST_TEST(by_graph->looked_at <= of_kind->looked_at, name_of(p));
      BOOST_TEST((graph->soonest(m->begin(), wrong) == std::get<0>(least)), name_of(p));
      const auto soon = until_flaw(*m, soonest_order(*m, *graph, wrong));
      BOOST_TEST((soon.wrong == wrong), name_of(p));
      BOOST_TEST(soon.steps.size() == std::get<0>(least), name_of(p));
      const auto again = until_flaw(*m, of_kind->steps);
      BOOST_TEST((again.steps == of_kind->steps));
      BOOST_TEST((again.wrong == wrong));
      BOOST_TEST(again.switches == of_kind->switches);
      ++failing;
    }
  }
  BOOST_TEST(failing >= 15u);
}

BOOST_AUTO_TEST_CASE(the_account_ends_at_minus_600_in_four_steps) {
  const auto m = make_model(race_of("account", "none", 2));
  const auto found = shortest(*m);
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(to_word(*m, found->steps) == "abba");
  BOOST_TEST(found->switches == 2u);
  auto w = m->begin();
  for (const auto who : found->steps)
    m->step(w, who);
  BOOST_TEST(w.accounts == std::vector<std::int64_t>{-600}, boost::test_tools::per_element());
  BOOST_TEST((w.wrong == flaw::overdrawn));
}

BOOST_AUTO_TEST_CASE(two_locks_are_stuck_after_two_steps) {
  const auto m = make_model(race_of("transfer", "lock", 2));
  const auto found = shortest(*m);
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(to_word(*m, found->steps) == "ab");
  BOOST_TEST((found->wrong == flaw::deadlocked));
}

BOOST_AUTO_TEST_CASE(philosophers_are_stuck_when_each_has_a_fork) {
  for (std::uint32_t n = 2; n <= 8; ++n) {
    const auto m = make_model(race_of("philosophers", "lock", n));
    const auto found = shortest(*m);
    BOOST_REQUIRE(found.has_value());
    BOOST_TEST(found->steps.size() == n);
    // As actors: ask, be given, ask for the other one, wait.
    if (n <= 4)
      BOOST_TEST(shortest(*make_model(race_of("philosophers", "actor-forks", n)))->steps.size()
                 == 4 * n);
  }
}

BOOST_AUTO_TEST_CASE(is_told_when_looking_was_cut_short) {
  const auto m = make_model(race_of("philosophers", "actor-forks", 4));
  BOOST_TEST(shortest(*m).has_value());
  BOOST_TEST(!shortest(*m, flaw::none, 100).has_value());
  BOOST_TEST(!shortest(*m, flaw::overdrawn).has_value()); // there is no account
  const auto graph = order_graph::explore(*m);
  BOOST_TEST(!graph->soonest(m->begin(), flaw::overdrawn).has_value());
  BOOST_TEST(!shortest(*m, flaw::overdrawn, worlds_max_usual, &*graph).has_value());
}

BOOST_AUTO_TEST_CASE(shrinking_keeps_the_flaw_and_makes_no_order_worse) {
  std::size_t shrunk = 0, shortest_too = 0, better = 0;
  for (const auto& p :
       {race_of("account", "none-fine", 4), race_of("account", "late-lock", 3),
        race_of("transfer", "lock", 4), race_of("get-then-set", "actor", 4),
        race_of("philosophers", "lock", 5), race_of("philosophers", "actor-forks", 4)}) {
    const auto m = make_model(p);
    for (std::uint64_t number = 1; number <= 60; ++number) {
      const auto failing = until_flaw(*m, draw_order(*m, 3, number));
      if (failing.wrong == flaw::none)
        continue;
      const auto small = shrink(*m, failing.steps);
      BOOST_TEST((small.wrong == failing.wrong), name_of(p));
      BOOST_TEST((measure_of(small) <= measure_of(failing)), name_of(p));
      BOOST_TEST(!small.proven);
      BOOST_TEST((until_flaw(*m, small.steps).steps == small.steps));
      const auto least = shortest(*m, failing.wrong);
      BOOST_REQUIRE(least.has_value());
      BOOST_TEST((measure_of(*least) <= measure_of(small)), name_of(p));
      ++shrunk;
      shortest_too += small.steps.size() == least->steps.size();
      better += measure_of(small) < measure_of(failing);
    }
  }
  BOOST_TEST(shrunk > 150u);
  BOOST_TEST(better > shrunk / 2);
  BOOST_TEST(shortest_too > shrunk * 9 / 10);
}

BOOST_AUTO_TEST_CASE(who_cannot_step_is_named) {
  const auto m = make_model(race_of("account", "lock", 2));
  BOOST_CHECK_EXCEPTION(
      static_cast<void>(until_flaw(*m, {0, 1})), std::invalid_argument, [](const auto& e) {
        return std::string_view{e.what()} == "step 2 of the order: tb cannot go on there";
      });
}

// A lock that somebody forgot to hold on to: if this were not found, nothing above would mean much.
BOOST_AUTO_TEST_CASE(a_planted_broken_lock_is_caught) {
  using enum act_kind;
  const auto with = [](program steps) {
    thread_model::parts parts;
    parts.names = {"ta", "tb"};
    parts.accounts = {"A"};
    parts.locks = {"the lock"};
    parts.balance = 1000;
    parts.sum = 800;
    parts.programs = {steps, steps};
    return thread_model{std::move(parts)};
  };
  const auto sound = with({{lock}, {check, 0, 3}, {take}, {unlock}});
  BOOST_TEST(!shortest(sound).has_value());
  const auto let_go = with({{lock}, {check, 0, 4}, {unlock}, {take}});
  const auto found = shortest(let_go);
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST((found->wrong == flaw::overdrawn));
  const auto never_back = with({{lock}, {check, 0, 3}, {take}});
  BOOST_REQUIRE(shortest(never_back).has_value());
  BOOST_TEST((shortest(never_back)->wrong == flaw::deadlocked));
}

BOOST_AUTO_TEST_SUITE_END()
