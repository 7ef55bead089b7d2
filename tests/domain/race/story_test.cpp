// SPDX-License-Identifier: BSD-3-Clause
// What is told of an order: the same whenever it is played, as far as its flaw, with the step from
// which nothing could save it.

#include "domain/race/story.hpp"

#include <algorithm>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "domain/race/report.hpp"
#include "domain/race/trace.hpp"
#include "tests/domain/race/every_order.hpp"

using namespace troupe;
using namespace troupe::race;
using namespace troupe::test;
namespace json = boost::json;

namespace {

std::vector<std::string> lines_of(const story& s) {
  std::vector<std::string> lines;
  for (const auto& x : s.told)
    lines.push_back(x.told.text);
  return lines;
}

plan with_actors() { return race_of("get-then-set", "actor", 2); }

// Plays all ways on. Returns: does one of them hold?
bool can_be_saved(const model& m, const world& w) {
  bool saved = false;
  order none;
  every_order(m, w, none,
              [&](const order&, const world& end) { saved |= end.wrong == flaw::none; });
  return saved;
}

} // namespace

BOOST_AUTO_TEST_SUITE(story_suite)

BOOST_AUTO_TEST_CASE(the_tutorials_account_line_by_line) {
  const auto r = explore_all(race_of("account", "none", 2));
  const std::vector<std::string> expected{
      "ta checks A: 1000, enough for 800", "tb checks A: 1000, enough for 800",
      "tb takes 800 from A, which holds 200 now", "ta takes 800 from A, which holds -600 now"};
  BOOST_TEST(lines_of(r.shown) == expected, boost::test_tools::per_element());
  BOOST_TEST((r.shown.lost_after == 2u));
  BOOST_TEST((r.number == 3u));
  BOOST_TEST(ending(*r.made, r.shown) == "overdrawn: A holds -600");
  BOOST_TEST(standing(*r.made, r.shown.told.back().after) == "A -600; ta has 800, tb has 800");
}

BOOST_AUTO_TEST_CASE(every_number_tells_its_own_story_again) {
  for (const auto& p :
       {race_of("account", "late-lock", 2), with_actors(), race_of("transfer", "lock", 2)}) {
    const auto all = explore_all(p);
    const auto graph = order_graph::explore(*all.made);
    for (std::uint64_t n = 1; n <= all.all->all(); ++n) {
      const auto again = replay(p, std::to_string(n));
      const auto steps = *graph->by_number(n);
      const auto directly = tell_story(*all.made, steps, nullptr);
      BOOST_TEST(lines_of(again.shown) == lines_of(directly), boost::test_tools::per_element());
      const auto by_word = replay(p, to_word(*all.made, steps));
      BOOST_TEST(lines_of(again.shown) == lines_of(by_word.shown),
                 boost::test_tools::per_element());
      BOOST_TEST((again.number == n));
      BOOST_TEST(again.shown.ended);
    }
    const auto shown = replay(p, std::to_string(*all.number));
    BOOST_TEST(lines_of(shown.shown) == lines_of(all.shown), boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(is_lost_from_the_step_after_which_every_way_on_fails) {
  for (const auto& p : {race_of("account", "none-fine", 2), race_of("transfer", "none", 2),
                        with_actors(), race_of("philosophers", "actor-forks", 2)}) {
    const auto r = explore_all(p);
    BOOST_REQUIRE_MESSAGE(r.shown.lost_after.has_value(), name_of(p));
    const auto at = *r.shown.lost_after;
    BOOST_REQUIRE(at > 0u);
    const auto& told = r.shown.told;
    BOOST_TEST(!can_be_saved(*r.made, told[at - 1].after), name_of(p));
    BOOST_TEST(can_be_saved(*r.made, at > 1 ? told[at - 2].after : r.made->begin()), name_of(p));
    for (std::size_t i = 0; i < told.size(); ++i)
      BOOST_TEST((told[i].ways->of(flaw::none) == 0) == (i + 1 >= at), name_of(p));
  }
}

BOOST_AUTO_TEST_CASE(ends_where_the_flaw_shows) {
  // Three tellers: two of them are enough, and the third does not come into it.
  const auto r = explore_all(race_of("account", "none", 3));
  BOOST_TEST(r.shown.told.size() == 4u);
  BOOST_TEST((r.shown.told.back().after.wrong == flaw::overdrawn));
  const auto all = replay(race_of("account", "none", 3), "abbacc");
  BOOST_TEST(lines_of(all.shown) == lines_of(r.shown), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(money_is_lost_at_the_step_that_loses_it) {
  const auto r = explore_all(race_of("transfer", "none", 2));
  BOOST_TEST((r.shown.wrong == flaw::miscounted));
  for (std::size_t i = 0; i + 1 < r.shown.told.size(); ++i)
    BOOST_TEST(r.shown.told[i].money_off == 0);
  BOOST_TEST(r.shown.told.back().money_off != 0);
  const auto trap = explore_all(with_actors());
  BOOST_TEST(trap.shown.told.back().money_off == 800);
  BOOST_TEST(ending(*trap.made, trap.shown) == "miscounted: A holds 200, 800 came from nowhere");
}

BOOST_AUTO_TEST_CASE(a_deadlock_says_who_waits_for_whom) {
  const auto locks = explore_all(race_of("transfer", "lock", 2));
  BOOST_TEST(
      ending(*locks.made, locks.shown)
      == "deadlocked: ta waits for the lock of B, which tb holds; tb waits for the lock of A, "
         "which ta holds");
  const auto actors = explore_all(race_of("philosophers", "actor-forks", 2));
  BOOST_TEST(ending(*actors.made, actors.shown)
             == "deadlocked: pa waits for fork 2, which pb holds; pb waits for fork 1, which pa "
                "holds");
}

BOOST_AUTO_TEST_CASE(drawn_orders_lead_to_the_shortest_with_their_flaw) {
  const auto p = race_of("philosophers", "lock", 3);
  const auto r = explore_some(p, 500, 1);
  BOOST_REQUIRE(r.drawn->first_number > 0u);
  BOOST_TEST(r.drawn->ends.all() == 500u);
  const auto m = make_model(p);
  const auto first = until_flaw(*m, draw_order(*m, 1, r.drawn->first_number));
  BOOST_TEST((first.steps == r.drawn->first.steps));
  BOOST_TEST(r.shrunk->proven);
  BOOST_TEST(r.shown.told.size() == 3u);
  BOOST_TEST(r.fails());
  // The same with too many worlds to count: shrunk by trying, and replayed by its word.
  const auto large = explore_some(p, 500, 1, 5);
  BOOST_TEST(!large.all.has_value());
  BOOST_TEST(!large.shrunk->proven);
  BOOST_TEST(large.shown.told.size() == 3u);
  BOOST_TEST(!large.number.has_value());
  const auto again = replay(p, to_word(*m, large.shown.steps), 5);
  BOOST_TEST(lines_of(again.shown) == lines_of(large.shown), boost::test_tools::per_element());
  BOOST_CHECK_THROW(explore_all(p, 5), too_many_worlds);
  BOOST_CHECK_THROW(replay(p, "1", 5), too_many_worlds);
}

BOOST_AUTO_TEST_CASE(says_in_words_what_it_found) {
  auto r = explore_all(race_of("account", "none", 2));
  r.command = "again";
  BOOST_TEST(
      report_text(r)
      == "account, none: 2 tellers, each to draw 800 from 1000\n"
         "4 of 6 orders fail: 4 overdrawn (11 worlds)\n"
         "the shortest that fails so: 4 steps, 2 changes of who runs; there is no shorter "
         "one\n"
         "   1. ta checks A: 1000, enough for 800\n"
         "   2. tb checks A: 1000, enough for 800\n"
         "      -- from here on no order holds any more --\n"
         "   3. tb takes 800 from A, which holds 200 now   | A 200; tb has 800\n"
         "   4. ta takes 800 from A, which holds -600 now  | A -600; ta has 800, tb has 800\n"
         "order 3 of 6 (abba) overdrawn: A holds -600\n"
         "again: again --replay 3\n");
  BOOST_TEST(report_text(explore_all(race_of("account", "actor", 2)))
             == "account, actor: 2 tellers, each to draw 800 from 1000\n"
                "all 14 orders hold (21 worlds)\n");
  BOOST_TEST(report_text(replay(race_of("account", "none", 2), "ab"))
             == "account, none: 2 tellers, each to draw 800 from 1000\n"
                "   1. ta checks A: 1000, enough for 800\n"
                "   2. tb checks A: 1000, enough for 800\n"
                "order ab not over: others could go on\n");
}

BOOST_AUTO_TEST_CASE(the_object_has_every_world_of_the_story) {
  const auto r = explore_all(with_actors());
  const auto x = json::parse(report_json(r)).as_object();
  BOOST_TEST(x.at("counted").at("orders") == 98);
  BOOST_TEST(x.at("counted").at("fail") == 84);
  const auto& shown = x.at("shown").as_object();
  BOOST_TEST(shown.at("number") == 9);
  BOOST_TEST(shown.at("word") == "abAAabAA");
  BOOST_TEST(shown.at("lost_after") == 2);
  const auto& steps = shown.at("steps").as_array();
  BOOST_REQUIRE(steps.size() == 8u);
  BOOST_TEST(shown.at("begin").at("accounts").at(0).at("balance") == 1000);
  BOOST_TEST(steps[1].at("world").at("people").at(2).at("mail").as_array().size() == 2u);
  BOOST_TEST(steps[7].at("world").at("accounts").at(0).at("balance") == 200);
  BOOST_TEST(steps[7].at("money_off") == 800);
  BOOST_TEST(steps[7].at("wrong") == "miscounted");
  BOOST_TEST(steps[0].at("ways_on").at("orders") == 49);
}

BOOST_AUTO_TEST_CASE(the_timeline_has_a_slice_a_step_and_an_arrow_a_letter) {
  for (const auto& p : small_plans()) {
    const auto r = explore_all(p);
    const auto trace = json::parse(trace_json(r));
    std::size_t slices = 0, begins = 0, ends = 0, handled = 0;
    for (const auto& e : trace.at("traceEvents").as_array()) {
      const auto kind = e.at("ph").as_string();
      slices += kind == "X" && e.at("cat") == "step";
      begins += kind == "s";
      ends += kind == "f";
    }
    for (const auto& x : r.shown.told)
      handled += x.told.got;
    BOOST_TEST(slices == r.shown.told.size(), name_of(p));
    BOOST_TEST(begins == handled, name_of(p));
    BOOST_TEST(ends == handled, name_of(p));
  }
}

BOOST_AUTO_TEST_CASE(plans_that_make_no_model_are_refused_in_one_line) {
  const auto refused = [](plan p) {
    BOOST_CHECK_EXCEPTION(make_model(p), std::invalid_argument, [](const auto& e) {
      return std::string_view{e.what()}.find('\n') == std::string_view::npos;
    });
  };
  refused(race_of("bank", "none", 2));
  refused(race_of("account", "semaphore", 2));
  refused(race_of("account", "none", 0));
  refused(race_of("account", "none", tellers_max + 1));
  refused(race_of("philosophers", "lock", 1));
  auto p = race_of("account", "none", 2);
  p.draw = 0;
  refused(p);
  p.draw = amount_max + 1;
  refused(p);
  BOOST_CHECK_THROW(replay(race_of("account", "none", 2), "7"), std::invalid_argument);
  BOOST_CHECK_THROW(replay(race_of("account", "none", 2), "99999999999999999999"),
                    std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
