// SPDX-License-Identifier: BSD-3-Clause
// Savina's benchmarks: actors, however they are scheduled, and threads with locks come to the same
// answer, and it is a right one.

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

#include "actors/savina/run.hpp"
#include "baselines/savina/run.hpp"

using namespace troupe;
using namespace troupe::savina;

namespace {

const std::vector<std::pair<std::string, runtime::system_options>> schedulings{
    {"one thread, stealing", {.threads = 1, .stealing = true}},
    {"four threads, stealing", {.threads = 4, .stealing = true}},
    {"four threads, sharing", {.threads = 4, .stealing = false}},
};

/// Takes: what differs in the plan for actors alone.
template <class Plan>
void all_agree_on(const Plan& p, const Plan& by_actors_alone) {
  const auto truth = judge(p, baselines::by_locks(p));
  BOOST_TEST(truth.fault == "");
  for (const auto& [name, how] : schedulings)
    for (const auto& plan : {p, by_actors_alone})
      for (int i = 0; i < 3; ++i) {
        const auto v = judge(plan, by_actors(plan, how));
        BOOST_TEST(v.fault == "", name << ": " << v.fault);
        BOOST_TEST(v.answer == truth.answer, name);
      }
}
template <class Plan>
void all_agree(const Plan& p) {
  all_agree_on(p, p);
}

} // namespace

BOOST_AUTO_TEST_CASE(ping_pong) { all_agree(ping_pong_plan{.pings = 2'000}); }

BOOST_AUTO_TEST_CASE(thread_ring) { all_agree(ring_plan{.members = 20, .hops = 3'007}); }

BOOST_AUTO_TEST_CASE(fork_join) { all_agree(fork_join_plan{.workers = 1'000}); }

BOOST_AUTO_TEST_CASE(counting) {
  counting_plan p{.increments = 20'000, .producers = 3};
  auto tight = p;
  tight.unanswered_max = 10;
  all_agree_on(p, tight);
}

BOOST_AUTO_TEST_CASE(chameneos) { all_agree(chameneos_plan{.creatures = 15, .meetings = 3'000}); }

BOOST_AUTO_TEST_CASE(big) { all_agree(big_plan{.members = 20, .pings = 200, .seed = 3}); }

BOOST_AUTO_TEST_CASE(banking) {
  banking_plan p{.accounts = 20, .transfers = 5'000, .tellers = 3, .seed = 4};
  auto tight = p;
  tight.unanswered_max = 1;
  all_agree_on(p, tight);
}

BOOST_AUTO_TEST_CASE(philosophers) {
  const philosophers_plan p{.seats = 7, .rounds = 200};
  auto forks = p;
  forks.forks = true;
  all_agree_on(p, forks);
}

BOOST_AUTO_TEST_CASE(barber) {
  all_agree(barber_plan{.haircuts = 500, .chairs = 3, .arrival_steps = 50, .haircut_steps = 50});
}
