// SPDX-License-Identifier: BSD-3-Clause
// Orders are counted over worlds; here they are played one by one, and have to come to the same.

#include "domain/race/orders.hpp"

#include <limits>
#include <set>

#include <boost/test/unit_test.hpp>

#include "tests/domain/race/every_order.hpp"

using namespace troupe;
using namespace troupe::race;
using namespace troupe::test;

namespace {

order_graph graph_of(const model& m) {
  auto graph = order_graph::explore(m);
  BOOST_REQUIRE(graph.has_value());
  return std::move(*graph);
}

order_counts count(const plan& p) { return graph_of(*make_model(p)).all(); }

std::uint64_t factorial(std::uint64_t n) { return n < 2 ? 1 : n * factorial(n - 1); }

} // namespace

BOOST_AUTO_TEST_SUITE(orders_suite)

BOOST_AUTO_TEST_CASE(counts_what_playing_every_order_comes_to) {
  std::uint64_t played = 0;
  for (const auto& p : small_plans()) {
    const auto m = make_model(p);
    order_counts seen;
    every_order(*m, [&](const order&, const world& end) {
      ++seen.by[static_cast<std::size_t>(end.wrong)];
    });
    const auto counted = graph_of(*m).all();
    BOOST_TEST(counted.by == seen.by, name_of(p));
    BOOST_TEST(!counted.full);
    played += seen.all();
  }
  BOOST_TEST(played > 200'000u);
}

BOOST_AUTO_TEST_CASE(engines_fail_where_they_say_so_and_nowhere_else) {
  for (const auto& e : engines())
    for (std::uint32_t people = 2; people <= 4; ++people) {
      const auto p = race_of(e.model, e.name, people);
      const auto counted = count(p);
      BOOST_TEST((counted.broken() > 0) == said_to_fail(p), name_of(p));
      BOOST_TEST(counted.of(flaw::none) > 0u, name_of(p)); // one after the other is harmless
    }
}

BOOST_AUTO_TEST_CASE(counts_are_those_of_a_formula) {
  // Two tellers with two steps each: 4!/(2! 2!) = 6 merges, but where one is through before the
  // other looks, that one is refused and has one step: aab and bba instead of aabb and bbaa.
  BOOST_TEST(count(race_of("account", "none", 2)).all() == 6u);
  BOOST_TEST(count(race_of("account", "none", 2)).of(flaw::overdrawn) == 4u);
  // Two transfers with four steps each, none of which can be refused: 8!/(4! 4!).
  BOOST_TEST(count(race_of("transfer", "none", 2)).all() == 70u);
  // Under one lock: whoever is first, then whoever is second ...
  for (std::uint32_t n = 1; n <= 6; ++n) {
    BOOST_TEST(count(race_of("account", "lock", n)).all() == factorial(n));
    BOOST_TEST(count(race_of("transfer", "one-lock", n)).all() == factorial(n));
  }
  // Philosophers are stuck where each has one fork: the order in which they took it.
  for (std::uint32_t n = 2; n <= 5; ++n)
    BOOST_TEST(count(race_of("philosophers", "lock", n)).of(flaw::deadlocked) == factorial(n));
  // By hand for real actors: tests/actors/bank/orders_test.cpp.
  BOOST_TEST(count(race_of("account", "actor", 2)).all() == 14u);
}

BOOST_AUTO_TEST_CASE(numbers_are_places_in_the_sorted_list_of_all_orders) {
  for (const auto& p : {race_of("account", "none-fine", 2), race_of("account", "late-lock", 3),
                        race_of("get-then-set", "actor", 2), race_of("transfer", "none", 2),
                        race_of("philosophers", "lock", 3)}) {
    const auto m = make_model(p);
    const auto graph = graph_of(*m);
    std::vector<order> all;
    every_order(*m, [&](const order& steps, const world&) { all.push_back(steps); });
    BOOST_TEST(std::is_sorted(all.begin(), all.end()));
    BOOST_REQUIRE(all.size() == graph.all().all());
    for (std::size_t i = 0; i < all.size(); ++i) {
      BOOST_TEST((graph.by_number(i + 1) == all[i]), name_of(p) << " " << i + 1);
      BOOST_TEST((graph.number_of(all[i]) == i + 1), name_of(p) << " " << i + 1);
    }
    BOOST_TEST(!graph.by_number(0).has_value());
    BOOST_TEST(!graph.by_number(all.size() + 1).has_value());
  }
}

BOOST_AUTO_TEST_CASE(the_number_of_a_beginning_is_the_first_order_that_has_it) {
  const auto m = make_model(race_of("account", "none", 2));
  const auto graph = graph_of(*m);
  // aab, abab, abba, baab, baba, bba
  BOOST_TEST((graph.number_of({}) == 1u));
  BOOST_TEST((graph.number_of({0, 1}) == 2u));
  BOOST_TEST((graph.number_of({1}) == 4u));
  BOOST_CHECK_THROW(static_cast<void>(graph.number_of({0, 0, 0})), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(words_are_orders_in_letters) {
  const auto m = make_model(race_of("get-then-set", "actor", 2));
  const auto steps = parse_word(*m, "abAAab");
  BOOST_TEST((steps == order{0, 1, 2, 2, 0, 1}));
  BOOST_TEST(to_word(*m, steps) == "abAAab");
  BOOST_CHECK_EXCEPTION(parse_word(*m, "abx"), std::invalid_argument, [](const auto& e) {
    return std::string_view{e.what()} == "'x' is nobody here: a for ta, b for tb, A for account A";
  });
}

BOOST_AUTO_TEST_CASE(gives_up_where_there_are_more_worlds_than_allowed) {
  const auto m = make_model(race_of("account", "none", 2));
  BOOST_TEST(graph_of(*m).worlds() == 11u);
  BOOST_TEST(order_graph::explore(*m, 11).has_value());
  BOOST_TEST(!order_graph::explore(*m, 10).has_value());
}

BOOST_AUTO_TEST_CASE(counts_that_do_not_fit_say_so_and_are_no_less) {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  order_counts a, b;
  a.by = {most - 1, 0, 0, 0};
  b.by = {1, 1, 0, 0};
  order_counts sum = a;
  BOOST_TEST(!sum.full);
  sum.add(b);
  BOOST_TEST(sum.full);
  BOOST_TEST(sum.all() == most);
  BOOST_TEST(sum.broken() == 1u);
  order_counts further;
  further.add(sum);
  BOOST_TEST(further.full);
}

BOOST_AUTO_TEST_CASE(orders_without_numbers_still_hold_or_fail) {
  // Six philosophers with seven steps each: far beyond 64 bits.
  const auto m = make_model(race_of("philosophers", "semaphore", 6));
  const auto graph = order_graph::explore(*m);
  BOOST_REQUIRE(graph.has_value());
  BOOST_TEST(graph->all().full);
  BOOST_TEST(graph->all().broken() == 0u);
  BOOST_TEST(!graph->by_number(1).has_value());
  BOOST_TEST(!graph->number_of({0}).has_value());
}

BOOST_AUTO_TEST_CASE(a_seed_and_a_number_are_the_same_order_always) {
  const auto m = make_model(race_of("philosophers", "actor-forks", 4));
  std::set<order> drawn;
  for (std::uint64_t number = 1; number <= 200; ++number) {
    const auto steps = draw_order(*m, 7, number);
    BOOST_TEST((steps == draw_order(*m, 7, number)));
    BOOST_TEST((steps != draw_order(*m, 8, number)));
    auto w = m->begin();
    for (const auto who : steps) {
      BOOST_REQUIRE(m->can_step(w, who));
      m->step(w, who);
    }
    BOOST_TEST(m->able(w).empty());
    drawn.insert(steps);
  }
  BOOST_TEST(drawn.size() > 190u); // they are not one order again and again
}

BOOST_AUTO_TEST_CASE(drawing_reaches_every_order_of_a_small_model) {
  const auto m = make_model(race_of("account", "none", 2));
  std::set<std::string> drawn;
  for (std::uint64_t number = 1; number <= 200; ++number)
    drawn.insert(to_word(*m, draw_order(*m, 1, number)));
  BOOST_TEST((drawn == std::set<std::string>{"aab", "abab", "abba", "baab", "baba", "bba"}));
}

BOOST_AUTO_TEST_SUITE_END()
