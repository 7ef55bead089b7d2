// SPDX-License-Identifier: BSD-3-Clause
#include "domain/bank/race.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe::bank;

namespace {

race_step did(const char* who, deed what, std::int64_t amount, std::uint32_t account = 0) {
  return {.who = who, .what = what, .account = account, .amount = amount};
}

} // namespace

BOOST_AUTO_TEST_SUITE(race_suite)

BOOST_AUTO_TEST_CASE(a_draw_and_a_refusal_hold) {
  const race_plan plan;
  race_outcome round{{did("ta", deed::drew, 800), did("ta", deed::remains, 200)}, {200}};
  round.story.push_back(
      {.who = "tb", .what = deed::refused, .why = draw_fault::insufficient_funds});
  BOOST_TEST((judge(plan, round) == race_verdict::held));
  BOOST_TEST(money_off(plan, round) == 0);
}

BOOST_AUTO_TEST_CASE(a_balance_below_zero_is_overdrawn_also_if_only_for_a_moment) {
  race_plan plan;
  race_outcome round{{did("ta", deed::drew, 800), did("tb", deed::drew, 800)}, {-600}};
  BOOST_TEST((judge(plan, round) == race_verdict::overdrawn));
  BOOST_TEST(money_off(plan, round) == 0);
  plan.transfer = true;
  const race_outcome passing{
      {did("ta", deed::drew, 800), did("ta", deed::remains, -1), did("ta", deed::refunded, 800)},
      {1000, 1000}};
  BOOST_TEST((judge(plan, passing) == race_verdict::overdrawn));
}

BOOST_AUTO_TEST_CASE(a_draw_that_left_no_trace_made_money) {
  const race_plan plan;
  const race_outcome round{{did("ta", deed::drew, 800), did("tb", deed::drew, 800)}, {200}};
  BOOST_TEST((judge(plan, round) == race_verdict::miscounted));
  BOOST_TEST(money_off(plan, round) == 800);
}

BOOST_AUTO_TEST_CASE(accounts_that_are_wrong_one_by_one_are_miscounted_though_their_sum_is_right) {
  race_plan plan;
  plan.transfer = true;
  const race_outcome round{{did("ta", deed::drew, 800, 0), did("ta", deed::paid_in, 800, 1),
                            did("tb", deed::drew, 800, 1), did("tb", deed::paid_in, 800, 0)},
                           {1800, 200}};
  BOOST_TEST((judge(plan, round) == race_verdict::miscounted));
  BOOST_TEST(money_off(plan, round) == 0);
}

BOOST_AUTO_TEST_CASE(who_gave_up_was_deadlocked_and_a_lost_answer_proves_nothing) {
  race_plan plan;
  plan.transfer = true;
  race_outcome round{{did("ta", deed::gave_up, 0)}, {1000, 1000}};
  BOOST_TEST((judge(plan, round) == race_verdict::deadlocked));
  round.story.push_back(did("tb", deed::lost_sight, 800));
  BOOST_TEST((judge(plan, round) == race_verdict::unknown));
}

BOOST_AUTO_TEST_CASE(every_deed_has_its_line) {
  race_plan plan;
  BOOST_TEST(told(plan, did("ta", deed::saw, 1000)) == "ta sees 1000");
  BOOST_TEST(told(plan, did("ta", deed::drew, 800)) == "ta drew 800");
  BOOST_TEST(told(plan, did("ta", deed::remains, 200)) == "ta balance now 200");
  BOOST_TEST(told(plan, {.who = "tb", .what = deed::refused, .why = draw_fault::insufficient_funds})
             == "tb refused: the balance is too short");
  BOOST_TEST(told(plan, did("tb", deed::lost_sight, 0))
             == "tb got no answer: done or not, it cannot know");
  plan.transfer = true;
  BOOST_TEST(told(plan, did("ta", deed::saw, 1000)) == "ta sees 1000 in A");
  BOOST_TEST(told(plan, did("ta", deed::drew, 800)) == "ta drew 800 from A");
  BOOST_TEST(told(plan, did("ta", deed::paid_in, 800, 1)) == "ta paid 800 into B");
  BOOST_TEST(told(plan, did("ta", deed::refunded, 800)) == "ta gave 800 back to A");
  BOOST_TEST(told(plan, {.who = "ta", .what = deed::waits, .account = 1, .other = "tb"})
             == "ta waits for B, which tb has locked");
  BOOST_TEST(told(plan, {.who = "ta", .what = deed::gave_up, .account = 1, .other = "tb"})
             == "ta gives up: it and tb wait for each other (deadlock)");
}

BOOST_AUTO_TEST_CASE(tellers_are_named_as_in_the_tutorial_and_then_numbered) {
  BOOST_TEST(teller_name(0) == "ta");
  BOOST_TEST(teller_name(25) == "tz");
  BOOST_TEST(teller_name(26) == "t27");
}

BOOST_AUTO_TEST_CASE(opposite_transfers_alternate) {
  race_plan plan;
  plan.transfer = true;
  BOOST_TEST(plan.from(0) == 0u);
  BOOST_TEST(plan.to(0) == 1u);
  BOOST_TEST(plan.from(1) == 1u);
  BOOST_TEST(plan.to(1) == 0u);
  plan.transfer = false;
  BOOST_TEST(plan.from(1) == 0u);
}

BOOST_AUTO_TEST_CASE(the_tally_counts_what_did_not_hold) {
  race_tally tally;
  for (const auto v : {race_verdict::held, race_verdict::held, race_verdict::overdrawn,
                       race_verdict::miscounted, race_verdict::deadlocked, race_verdict::unknown})
    tally.add(v);
  BOOST_TEST(tally.all() == 6u);
  BOOST_TEST(tally.broken() == 4u);
  BOOST_TEST(tally.of(race_verdict::held) == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
