// SPDX-License-Identifier: BSD-3-Clause
// Savina's benchmarks by threads with locks: again and again, with so few of everything that they
// get into each other's way. ThreadSanitizer watches.

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <mutex>
#include <set>

#include "baselines/savina/crew.hpp"
#include "baselines/savina/run.hpp"

using namespace troupe;
using namespace troupe::savina;

namespace {

template <class Plan>
verdict holds(const Plan& p, int times = 5) {
  verdict last;
  for (int i = 0; i < times; ++i) {
    const auto v = judge(p, baselines::by_locks(p));
    BOOST_TEST(v.fault == "");
    if (i > 0)
      BOOST_TEST(v.answer == last.answer);
    last = v;
  }
  return last;
}

} // namespace

BOOST_AUTO_TEST_CASE(ping_pong) {
  holds(ping_pong_plan{.pings = 1});
  holds(ping_pong_plan{.pings = 500});
}

BOOST_AUTO_TEST_CASE(thread_ring) {
  for (const number hops : {1, 6, 7, 8, 500})
    holds(ring_plan{.members = 7, .hops = hops});
  holds(ring_plan{.members = 2, .hops = 99});
}

BOOST_AUTO_TEST_CASE(fork_join) {
  holds(fork_join_plan{.workers = 1});
  holds(fork_join_plan{.workers = 100, .threads_at_once = 1});
  holds(fork_join_plan{.workers = 100, .threads_at_once = 8});
  holds(fork_join_plan{.workers = 10, .threads_at_once = 100});
}

BOOST_AUTO_TEST_CASE(counting) {
  holds(counting_plan{.increments = 5'000});
  holds(counting_plan{.increments = 20'001, .producers = 4});
  holds(counting_plan{.increments = 2, .producers = 5});
}

BOOST_AUTO_TEST_CASE(chameneos) {
  holds(chameneos_plan{.creatures = 2, .meetings = 300});
  holds(chameneos_plan{.creatures = 9, .meetings = 1});
  holds(chameneos_plan{.creatures = 9, .meetings = 2'000});
}

BOOST_AUTO_TEST_CASE(big) {
  holds(big_plan{.members = 2, .pings = 200});
  holds(big_plan{.members = 12, .pings = 100});
}

BOOST_AUTO_TEST_CASE(banking) {
  holds(banking_plan{.accounts = 2, .transfers = 5'000, .tellers = 4});
  holds(banking_plan{.accounts = 100, .transfers = 5'000, .tellers = 3});
  holds(banking_plan{.accounts = 3, .transfers = 2, .tellers = 4});
}

BOOST_AUTO_TEST_CASE(philosophers) {
  for (const number seats : {2, 3, 8})
    holds(philosophers_plan{.seats = seats, .rounds = 500});
}

BOOST_AUTO_TEST_CASE(barber) {
  holds(barber_plan{.haircuts = 300, .arrival_steps = 0, .haircut_steps = 0});
  const auto v =
      holds(barber_plan{.haircuts = 300, .chairs = 1, .arrival_steps = 1, .haircut_steps = 500});
  BOOST_TEST(v.aside != "0 times the room was full");
  holds(barber_plan{.haircuts = 1, .chairs = 1}); // the first one finds the barber asleep
}

BOOST_AUTO_TEST_CASE(a_crew_begins_when_all_are_there_and_is_joined) {
  std::atomic<int> there{0}, done{0};
  std::set<std::uint64_t> who;
  std::mutex mutex;
  baselines::run_crew(20, [&](std::uint64_t i) {
    ++there;
    const std::lock_guard lock(mutex);
    who.insert(i);
    ++done;
  });
  BOOST_TEST(there == 20);
  BOOST_TEST(done == 20);
  BOOST_TEST(who.size() == 20u);
  baselines::run_crew(0, [](std::uint64_t) { BOOST_ERROR("nobody is there"); });
}
