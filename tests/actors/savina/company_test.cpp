// SPDX-License-Identifier: BSD-3-Clause
// Each company of actors, one message at a time, in orders drawn from seeds: whatever the order,
// what comes of it has to be right, and all actors have to end.

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "actors/savina/banking.hpp"
#include "actors/savina/barber.hpp"
#include "actors/savina/big.hpp"
#include "actors/savina/chameneos.hpp"
#include "actors/savina/counting.hpp"
#include "actors/savina/fork_join.hpp"
#include "actors/savina/philosophers.hpp"
#include "actors/savina/ping_pong.hpp"
#include "actors/savina/ring.hpp"
#include "messages/savina_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"
#include "runtime/test_system.hpp"

using namespace troupe;
using namespace troupe::savina;

namespace {

constexpr std::uint64_t seeds = 100;

/// Plays it to its end. Returns: what the company told; nothing if it came to a stop before.
template <class Plan>
std::optional<std::vector<tally>> played(const Plan& p, std::uint64_t seed) {
  runtime::test_system<caf::id_block::troupe_savina> actors{seed};
  std::optional<std::vector<tally>> told;
  runtime::spawn<gatherer>(actors.system(), gatherer::assembly{[&](const gatherer_actor& head) {
                             return assemble(actors.system(), p, head);
                           }},
                           std::function<void(std::vector<tally>)>{
                               [&](std::vector<tally> all) { told = std::move(all); }});
  actors.run();
  return told;
} // the system waits here for all of its actors

template <class Plan>
std::vector<verdict> holds_in_many_orders(const Plan& p) {
  std::vector<verdict> all;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const auto told = played(p, seed);
    BOOST_REQUIRE_MESSAGE(told.has_value(), "it came to a stop; seed " << seed);
    all.push_back(judge(p, outcome_of(p, *told)));
    BOOST_TEST(all.back().fault == "", "seed " << seed << ": " << all.back().fault);
    BOOST_TEST(all.back().answer == all.front().answer, "seed " << seed);
  }
  return all;
}

} // namespace

BOOST_AUTO_TEST_CASE(ping_pong) {
  holds_in_many_orders(ping_pong_plan{.pings = 1});
  holds_in_many_orders(ping_pong_plan{.pings = 30});
}

BOOST_AUTO_TEST_CASE(thread_ring) {
  for (const number hops : {1, 6, 7, 8, 50})
    holds_in_many_orders(ring_plan{.members = 7, .hops = hops});
  holds_in_many_orders(ring_plan{.members = 2, .hops = 5});
}

BOOST_AUTO_TEST_CASE(fork_join) {
  holds_in_many_orders(fork_join_plan{.workers = 1});
  holds_in_many_orders(fork_join_plan{.workers = 40});
}

BOOST_AUTO_TEST_CASE(counting) {
  holds_in_many_orders(counting_plan{.increments = 100, .unanswered_max = 7});
  holds_in_many_orders(counting_plan{.increments = 1, .unanswered_max = 2});
  // Two of the five have nothing to send.
  holds_in_many_orders(counting_plan{.increments = 3, .producers = 5, .unanswered_max = 2});
}

namespace {

/// Answers nothing by itself, and writes down what comes.
struct slow_counter {
  static constexpr const char* name = "slow_counter";
  slow_counter(counter_actor::pointer self, std::vector<std::string>* heard)
      : self_(self), heard_(heard) {}
  counter_actor::behavior_type make_behavior() {
    return {[this](increment) { heard_->push_back("one"); },
            [this](count_wanted) -> caf::result<count_known> {
              heard_->push_back("how many");
              kept_.push_back(self_->make_response_promise<count_known>());
              return kept_.back();
            },
            [this](tally_wanted) {
              kept_.front().deliver(count_known{});
              kept_.erase(kept_.begin());
              return tally{};
            }};
  }
  counter_actor::pointer self_;
  std::vector<std::string>* heard_;
  std::vector<caf::typed_response_promise<count_known>> kept_;
};

struct idle_head {
  static constexpr const char* name = "idle_head";
  idle_head(gatherer_actor::pointer, int* finishes) : finishes_(finishes) {}
  gatherer_actor::behavior_type make_behavior() {
    return {[this](finished) { ++*finishes_; }, [](const tally&) {}};
  }
  int* finishes_;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_producer_waits_for_answers) {
  std::vector<std::string> heard;
  int finishes = 0;
  runtime::test_system<caf::id_block::troupe_savina> actors;
  {
    const auto one = runtime::spawn<slow_counter>(actors.system(), &heard);
    const auto head = runtime::spawn<idle_head>(actors.system(), &finishes);
    const counting_plan p{.increments = 11, .unanswered_max = 6};
    const auto maker = runtime::spawn<producer>(actors.system(), one, p, std::uint64_t{0}, head);
    const auto sent = [&] { return std::count(heard.begin(), heard.end(), "one"); };
    actors.run();
    BOOST_TEST(sent() == 6); // and no more before there is an answer
    for (const int then : {9, 11}) {
      runtime::post(one, tally_wanted{}); // answers the oldest question
      actors.run();
      BOOST_TEST(sent() == then);
      BOOST_TEST(finishes == 0);
    }
    for (const int then : {0, 1}) {
      runtime::post(one, tally_wanted{});
      actors.run();
      BOOST_TEST(finishes == then);
    }
    BOOST_TEST(std::count(heard.begin(), heard.end(), "how many") == 4);
    runtime::stop(maker);
    runtime::stop(one);
    runtime::stop(head);
  }
  actors.run();
}

BOOST_AUTO_TEST_CASE(chameneos) {
  holds_in_many_orders(chameneos_plan{.creatures = 2, .meetings = 9});
  holds_in_many_orders(chameneos_plan{.creatures = 7, .meetings = 1});
  const auto all = holds_in_many_orders(chameneos_plan{.creatures = 7, .meetings = 40});
  std::set<std::string> asides;
  for (const auto& v : all)
    asides.insert(v.aside);
  if (runtime::test_system<caf::id_block::troupe_savina>::draws_order)
    BOOST_TEST(asides.size() > 1u); // or the seeds would change nothing
}

BOOST_AUTO_TEST_CASE(big) {
  holds_in_many_orders(big_plan{.members = 2, .pings = 5});
  holds_in_many_orders(big_plan{.members = 9, .pings = 10});
}

BOOST_AUTO_TEST_CASE(banking) {
  holds_in_many_orders(banking_plan{.accounts = 2, .transfers = 40, .unanswered_max = 3});
  holds_in_many_orders(banking_plan{.accounts = 9, .transfers = 60, .tellers = 3});
  holds_in_many_orders(banking_plan{.accounts = 3, .transfers = 2, .tellers = 4});
}

BOOST_AUTO_TEST_CASE(philosophers) {
  for (const bool forks : {false, true})
    for (const number seats : {2, 3, 5})
      holds_in_many_orders(philosophers_plan{.seats = seats, .rounds = 6, .forks = forks});
}

BOOST_AUTO_TEST_CASE(the_barber) {
  const barber_plan short_work{.haircuts = 20, .arrival_steps = 3, .haircut_steps = 3};
  holds_in_many_orders(short_work);
  auto small = short_work;
  small.chairs = 2;
  const auto all = holds_in_many_orders(small);
  BOOST_TEST(all.back().aside != "0 times the room was full");
  small.chairs = 1;
  small.haircuts = 1;
  for (const auto& v : holds_in_many_orders(small))
    BOOST_TEST(v.aside == "0 times the room was full");
}
