// SPDX-License-Identifier: BSD-3-Clause
#include <numeric>
#include <set>

#include <boost/test/unit_test.hpp>

#include "domain/savina/outcomes.hpp"

using namespace troupe::savina;

namespace {

/// A right outcome of each, made without anybody who plays.
ring_outcome right(const ring_plan& p) {
  ring_outcome o;
  o.had.assign(p.members, 0);
  for (number i = 0; i <= p.hops; ++i)
    ++o.had[o.ended_at = i % p.members];
  return o;
}

fork_join_outcome right(const fork_join_plan& p) {
  fork_join_outcome o{p.workers, p.workers, 0};
  for (number i = p.workers; i-- > 0;) // in any order
    o.sum += work_of(i);
  return o;
}

chameneos_outcome right(const chameneos_plan& p) {
  chameneos_outcome o{p.meetings, std::vector<creature_tally>(p.creatures)};
  for (number i = 0; i < p.meetings; ++i) {
    ++o.creatures[i % p.creatures].met;
    ++o.creatures[(i + 1) % p.creatures].met;
  }
  return o;
}

big_outcome right(const big_plan& p) {
  return {pings_to(p), std::vector<number>(p.members, p.pings)};
}

banking_outcome right(const banking_plan& p) {
  banking_outcome o{p.transfers, std::vector<std::int64_t>(p.accounts, opening_of(p))};
  for (number i = p.transfers; i-- > 0;) { // another order than that of the replay
    const auto t = transfer_of(p, i);
    o.balances[t.to] += t.amount;
    o.balances[t.from] -= t.amount;
  }
  return o;
}

philosophers_outcome right(const philosophers_plan& p) {
  const auto forks = 2 * p.seats * p.rounds;
  return {std::vector<number>(p.seats, p.rounds), forks, forks, p.seats};
}

template <class Plan, class Outcome>
void holds(const Plan& p, const Outcome& o) {
  const auto v = judge(p, o);
  BOOST_TEST(v.fault == "");
  BOOST_TEST(v.answer != "");
}

/// Takes: a right outcome, and what spoils it. Its answer may be the same; its fault has to be
/// named.
template <class Plan, class Outcome, class Spoil>
void is_wrong(const Plan& p, Outcome o, const std::string& fault, Spoil spoil) {
  spoil(o);
  BOOST_TEST(judge(p, o).fault == fault);
}

} // namespace

BOOST_AUTO_TEST_CASE(every_benchmark_has_its_name_and_numbers_within_bounds) {
  std::set<std::string_view> names;
  for (const auto& b : benchmarks()) {
    BOOST_TEST(names.insert(b.name).second);
    BOOST_TEST(find_benchmark(b.name) == &b);
    auto plan = b.usual;
    std::set<std::string_view> parameters;
    std::visit(
        [&](auto& p) {
          each_parameter(p, [&](const parameter& what, number& value) {
            BOOST_TEST(parameters.insert(what.name).second);
            BOOST_TEST(value >= what.least);
            BOOST_TEST(value <= what.most);
          });
        },
        plan);
    BOOST_TEST(parameters.size() >= 1u);
  }
  BOOST_TEST(names.size() == 9u);
  BOOST_TEST(find_benchmark("ping") == nullptr);
}

BOOST_AUTO_TEST_CASE(two_colours_become_the_third) {
  using enum colour;
  for (const auto a : {blue, red, yellow})
    for (const auto b : {blue, red, yellow}) {
      const auto c = complement(a, b);
      BOOST_TEST((c == complement(b, a)));
      BOOST_TEST((a == b ? c == a : c != a && c != b));
    }
  BOOST_TEST((first_colour(0) != first_colour(1) && first_colour(0) == first_colour(3)));
}

BOOST_AUTO_TEST_CASE(what_is_drawn_depends_on_seed_and_number_alone) {
  static_assert(mixed(1, 2) == mixed(1, 2) && mixed(1, 2) != mixed(2, 2)
                && mixed(1, 2) != mixed(1, 3));
  const banking_plan p{.accounts = 5, .transfers = 10'000};
  std::set<std::pair<number, number>> pairs;
  for (number i = 0; i < p.transfers; ++i) {
    const auto t = transfer_of(p, i);
    BOOST_REQUIRE(t.from != t.to);
    BOOST_REQUIRE((t.from < p.accounts && t.to < p.accounts));
    BOOST_REQUIRE((t.amount >= 1 && t.amount <= amount_max));
    pairs.emplace(t.from, t.to);
  }
  BOOST_TEST(pairs.size() == 20u);
  const big_plan b{.members = 4, .pings = 1'000};
  for (number member = 0; member < b.members; ++member)
    for (number i = 0; i < b.pings; ++i)
      BOOST_REQUIRE((partner(b, member, i) != member && partner(b, member, i) < b.members));
  for (const auto got : pings_to(b))
    BOOST_TEST((got > 800 && got < 1'200));
  for (number i = 0; i < 100; ++i) { // with two there is no choice
    BOOST_TEST(partner(big_plan{.members = 2}, 1, i) == 0u);
    BOOST_TEST(partner(big_plan{.members = 2}, 0, i) == 1u);
  }
}

BOOST_AUTO_TEST_CASE(shares_add_up) {
  for (const number all : {0, 1, 7, 64, 1'000})
    for (number sharers = 1; sharers < 9; ++sharers) {
      number sum = 0;
      for (number i = 0; i < sharers; ++i)
        sum += share_of(all, sharers, i);
      BOOST_TEST(sum == all);
    }
}

BOOST_AUTO_TEST_CASE(work_takes_as_many_steps_as_drawn_and_none_if_there_are_none) {
  BOOST_TEST(work_for(1, 5, 0) == 0u);
  BOOST_TEST(work_for(1, 5, 100) == work_for(1, 5, 100));
  BOOST_TEST(work_for(1, 5, 100) != work_for(1, 6, 100));
  BOOST_TEST(haircut_of({}, 3) != way_of({}, 3));
}

BOOST_AUTO_TEST_CASE(ping_pong_answers_each) {
  const ping_pong_plan p{.pings = 7};
  holds(p, ping_pong_outcome{7, 7});
  BOOST_TEST(judge(p, {7, 7}).answer == "7 pings, 7 pongs");
  is_wrong(p, ping_pong_outcome{7, 7}, "pings heard: 8, and not 7", [](auto& o) { ++o.pings; });
  is_wrong(p, ping_pong_outcome{7, 7}, "pongs heard: 6, and not 7", [](auto& o) { --o.pongs; });
}

BOOST_AUTO_TEST_CASE(a_ring_is_passed_in_order) {
  for (const number hops : {1, 4, 5, 6, 12}) {
    const ring_plan p{.members = 5, .hops = hops};
    holds(p, right(p));
  }
  const ring_plan p{.members = 5, .hops = 12};
  BOOST_TEST(judge(p, right(p)).answer == "12 hops, ended at member 2");
  is_wrong(p, right(p), "ended at: 3, and not 2", [](auto& o) { o.ended_at = 3; });
  is_wrong(p, right(p), "had by member 1: 2, and not 3", [](auto& o) {
    --o.had[1];
    ++o.had[4];
  });
  is_wrong(p, right(p), "had by members: 4, and not 5", [](auto& o) { o.had.pop_back(); });
}

BOOST_AUTO_TEST_CASE(every_worker_is_heard_once) {
  const fork_join_plan p{.workers = 50};
  holds(p, right(p));
  is_wrong(p, right(p), "begun: 49, and not 50", [](auto& o) { --o.begun; });
  is_wrong(p, right(p), "ended: 51, and not 50", [](auto& o) { ++o.ended; });
  const auto off = right(p);
  BOOST_TEST(judge(p, {50, 50, off.sum + 1}).fault.starts_with("sum: "));
  BOOST_TEST(judge(p, {50, 50, off.sum + 1}).answer != judge(p, off).answer);
}

BOOST_AUTO_TEST_CASE(counting_loses_nothing) {
  const counting_plan p{.increments = 1'000};
  holds(p, counting_outcome{1'000, 1'000});
  is_wrong(p, counting_outcome{1'000, 1'000}, "counted: 999, and not 1000",
           [](auto& o) { --o.counted; });
  is_wrong(p, counting_outcome{1'000, 1'000}, "sent: 999, and not 1000", [](auto& o) { --o.sent; });
}

BOOST_AUTO_TEST_CASE(every_meeting_is_one_of_two) {
  const chameneos_plan p{.creatures = 4, .meetings = 10};
  holds(p, right(p));
  const auto v = judge(p, right(p));
  BOOST_TEST(v.answer == "10 meetings, 20 counted by creatures");
  BOOST_TEST(v.aside == "each met 4 to 6 others, 0 of them of its own colour");
  is_wrong(p, right(p), "meetings: 11, and not 10", [](auto& o) { ++o.meetings; });
  is_wrong(p, right(p), "meetings as the creatures count: 19, and not 20",
           [](auto& o) { --o.creatures[2].met; });
  is_wrong(p, right(p), "half a meeting of two of the same colour: 1, and not 0",
           [](auto& o) { ++o.creatures[2].same; });
  is_wrong(p, right(p), "creatures: 3, and not 4", [](auto& o) { o.creatures.pop_back(); });
}

BOOST_AUTO_TEST_CASE(who_is_asked_in_big_is_drawn) {
  const big_plan p{.members = 6, .pings = 40};
  holds(p, right(p));
  BOOST_TEST(judge(p, right(p)).answer == "240 pings, 240 pongs");
  is_wrong(p, right(p), "pongs to member 3: 39, and not 40", [](auto& o) { --o.pongs[3]; });
  const auto asked = right(p).pings[0]; // of the sum nothing is missing
  is_wrong(p, right(p),
           "pings to member 0: " + std::to_string(asked + 1) + ", and not " + std::to_string(asked),
           [](auto& o) {
             ++o.pings[0];
             --o.pings[1];
           });
}

BOOST_AUTO_TEST_CASE(balances_are_those_of_the_replay) {
  const banking_plan p{.accounts = 10, .transfers = 500};
  holds(p, right(p));
  BOOST_TEST(judge(p, right(p)).answer.starts_with("500 transfers among 10 accounts, balances "));
  is_wrong(p, right(p), "money lost or from nowhere: -1, and not 0",
           [](auto& o) { --o.balances[9]; });
  is_wrong(p, right(p), "paid: 499, and not 500", [](auto& o) { --o.paid; });
  auto moved = right(p); // as much money as before, and another answer
  --moved.balances[1];
  ++moved.balances[2];
  BOOST_TEST(judge(p, moved).fault.starts_with("balance 1: "));
  BOOST_TEST(judge(p, moved).answer != judge(p, right(p)).answer);
  auto other = p;
  other.seed = 2;
  BOOST_TEST(judge(other, right(other)).answer != judge(p, right(p)).answer);
}

BOOST_AUTO_TEST_CASE(nobody_starves_and_every_fork_comes_back) {
  const philosophers_plan p{.seats = 5, .rounds = 3};
  holds(p, right(p));
  BOOST_TEST(judge(p, right(p)).answer == "5 philosophers, 15 meals, 5 forks on the table");
  is_wrong(p, right(p), "meals of philosopher 4: 0, and not 3", [](auto& o) { o.meals[4] = 0; });
  is_wrong(p, right(p), "forks taken: 31, and not 30", [](auto& o) { ++o.taken; });
  is_wrong(p, right(p), "forks returned: 29, and not 30", [](auto& o) { --o.returned; });
  is_wrong(p, right(p), "forks on the table: 4, and not 5", [](auto& o) { --o.on_table; });
}

BOOST_AUTO_TEST_CASE(every_visit_to_the_barber_is_accounted_for) {
  const barber_plan p{.haircuts = 9};
  const barber_outcome right{.visits = 12, .turned_away = 3, .haircuts = 9, .left = 9, .hair = 77};
  holds(p, right);
  const auto v = judge(p, right);
  BOOST_TEST(v.answer == "9 haircuts, 9 customers content, hair 000000000000004d");
  BOOST_TEST(v.aside == "3 times the room was full");
  is_wrong(p, right, "visits: 13, and not 12", [](auto& o) { ++o.visits; });
  is_wrong(p, right, "visits: 12, and not 11", [](auto& o) { --o.turned_away; });
  is_wrong(p, right, "haircuts: 8, and not 9", [](auto& o) { --o.haircuts; });
  is_wrong(p, right, "customers who left with one: 8, and not 9", [](auto& o) { --o.left; });
}
