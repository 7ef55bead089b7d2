// SPDX-License-Identifier: BSD-3-Clause
#include "baselines/bank/race.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "baselines/bank/watched_locks.hpp"

using namespace troupe;
using namespace troupe::bank;
using baselines::race_engine;
using baselines::race_threads;
using std::chrono::milliseconds;

namespace {

race_plan plan_of(std::uint32_t tellers, milliseconds pause, bool transfer = false) {
  race_plan plan;
  plan.tellers = tellers;
  plan.pause = pause;
  plan.transfer = transfer;
  return plan;
}

std::ptrdiff_t count(const race_outcome& round, deed what) {
  return std::count_if(round.story.begin(), round.story.end(),
                       [what](const race_step& x) { return x.what == what; });
}

constexpr race_engine cured[] = {race_engine::lock, race_engine::ordered_locks,
                                 race_engine::atomics};

} // namespace

BOOST_AUTO_TEST_SUITE(bank_race)

BOOST_AUTO_TEST_CASE(without_a_lock_two_draws_of_800_leave_minus_600) {
  // Both look before either acts unless the machine holds one of them up for the whole pause: one
  // round in a few is enough, and there are ten.
  const auto plan = plan_of(2, milliseconds(200));
  bool seen = false;
  for (int round = 0; round < 10 && !seen; ++round) {
    const auto got = race_threads(plan, race_engine::none);
    BOOST_REQUIRE(got.balances.size() == 1u);
    seen = got.balances[0] == -600;
    BOOST_TEST((judge(plan, got) == (seen ? race_verdict::overdrawn : race_verdict::held)));
  }
  BOOST_TEST(seen);
}

BOOST_AUTO_TEST_CASE(with_locks_or_atomics_one_draw_of_800_is_refused) {
  for (const auto engine : cured)
    for (int round = 0; round < 20; ++round) {
      const auto plan = plan_of(4, milliseconds(round % 3));
      const auto got = race_threads(plan, engine);
      BOOST_TEST((judge(plan, got) == race_verdict::held));
      BOOST_TEST(got.balances == std::vector<std::int64_t>{200}, boost::test_tools::per_element());
      BOOST_TEST(count(got, deed::drew) == 1);
      BOOST_TEST(count(got, deed::refused) == 3);
    }
}

BOOST_AUTO_TEST_CASE(with_atomics_every_draw_that_fits_is_paid_out) {
  auto plan = plan_of(12, milliseconds(2));
  plan.draw = 100;
  const auto got = race_threads(plan, race_engine::atomics);
  BOOST_TEST((judge(plan, got) == race_verdict::held));
  BOOST_TEST(got.balances == std::vector<std::int64_t>{0}, boost::test_tools::per_element());
  BOOST_TEST(count(got, deed::drew) == 10);
}

BOOST_AUTO_TEST_CASE(transfers_without_locks_lose_updates) {
  const auto plan = plan_of(2, milliseconds(200), true);
  bool seen = false;
  for (int round = 0; round < 10 && !seen; ++round)
    seen = judge(plan, race_threads(plan, race_engine::none)) == race_verdict::miscounted;
  BOOST_TEST(seen);
}

BOOST_AUTO_TEST_CASE(two_locks_in_opposite_order_are_a_deadlock_that_is_told_and_left) {
  const auto plan = plan_of(2, milliseconds(200), true);
  bool seen = false;
  for (int round = 0; round < 10 && !seen; ++round) {
    const auto begun = std::chrono::steady_clock::now();
    const auto got = race_threads(plan, race_engine::lock);
    const auto took = std::chrono::steady_clock::now() - begun;
    BOOST_TEST((took < std::chrono::seconds(10))); // two pauses; the rest is for a busy machine
    BOOST_TEST(got.balances[0] + got.balances[1] == 2000);
    seen = judge(plan, got) == race_verdict::deadlocked;
    if (seen) {
      BOOST_TEST(count(got, deed::gave_up) == 1); // and so the other gets through
      BOOST_TEST(count(got, deed::paid_in) == 1);
    }
  }
  BOOST_TEST(seen);
}

BOOST_AUTO_TEST_CASE(many_opposite_transfers_end_whatever_the_locks_do) {
  const auto plan = plan_of(30, milliseconds(1), true);
  for (int round = 0; round < 20; ++round) {
    const auto got = race_threads(plan, race_engine::lock);
    const auto verdict = judge(plan, got);
    BOOST_TEST((verdict == race_verdict::held || verdict == race_verdict::deadlocked));
  }
}

BOOST_AUTO_TEST_CASE(ordered_locks_and_atomics_never_meet_a_deadlock) {
  for (const auto engine : {race_engine::ordered_locks, race_engine::atomics})
    for (int round = 0; round < 20; ++round) {
      const auto plan = plan_of(10, milliseconds(round % 3), true);
      const auto got = race_threads(plan, engine);
      BOOST_TEST((judge(plan, got) == race_verdict::held));
      BOOST_TEST(count(got, deed::gave_up) == 0);
    }
}

BOOST_AUTO_TEST_CASE(a_circle_of_three_is_seen_by_who_would_close_it) {
  baselines::watched_locks locks{3, 3};
  const auto no_wait = [](std::uint32_t) { BOOST_FAIL("nobody was to wait"); };
  for (std::uint32_t i = 0; i < 3; ++i)
    BOOST_TEST(!locks.take(i, i, no_wait).has_value());
  // 0 waits for 1's lock and 1 for 2's, each on its own thread; 2 asks for 0's.
  std::atomic<int> waiting{0};
  const auto waits = [&](std::uint32_t) { ++waiting; };
  std::jthread second{[&] {
    BOOST_TEST(!locks.take(1, 2, waits).has_value());
    locks.give(2);
    locks.give(1);
  }};
  std::jthread first{[&] {
    BOOST_TEST(!locks.take(0, 1, waits).has_value());
    locks.give(1);
    locks.give(0);
  }};
  while (waiting < 2)
    std::this_thread::yield();
  // `waits` runs inside: by the time the next call gets in, both waits are on record.
  const auto stuck = locks.take(2, 0, no_wait);
  BOOST_TEST(stuck.has_value());
  BOOST_TEST(stuck.value_or(9) == 0u);
  locks.give(2); // 2 gives up what it has: the others go on
}

BOOST_AUTO_TEST_CASE(asking_twice_for_the_same_lock_is_a_circle_of_one) {
  baselines::watched_locks locks{1, 1};
  const auto no_wait = [](std::uint32_t) {};
  BOOST_TEST(!locks.take(0, 0, no_wait).has_value());
  BOOST_TEST(locks.take(0, 0, no_wait).value_or(9) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
