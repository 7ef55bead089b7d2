// SPDX-License-Identifier: BSD-3-Clause
// Which node is to have which partition.
#include <boost/test/unit_test.hpp>

#include <map>
#include <random>
#include <vector>

#include "domain/bank/places.hpp"

using namespace troupe::bank;

namespace {

using kind = places::step::kind;

/// Nodes that do what they are told, at once.
void settle(places& p) {
  for (;;) {
    const auto steps = p.next();
    if (steps.empty())
      return;
    for (const auto& s : steps)
      if (s.what == kind::take)
        p.taken(s.number, s.node);
      else
        p.emptied(s.number, s.node);
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(partition_places)

BOOST_AUTO_TEST_CASE(partitions_are_spread_over_those_that_offer_them) {
  places p{5};
  BOOST_TEST(p.next().empty());
  p.offer(1, {0, 1, 2, 3, 4});
  p.offer(2, {0, 1, 2, 3, 4});
  p.offer(3, {4});
  settle(p);
  BOOST_TEST(p.load_of(1) + p.load_of(2) + p.load_of(3) == 5u);
  BOOST_TEST(p.load_of(1) <= 2u);
  BOOST_TEST(p.load_of(2) <= 2u);
  BOOST_TEST((p.node_of(4) == 3u));
}

BOOST_AUTO_TEST_CASE(what_a_lost_node_had_goes_to_others_and_what_nobody_offers_waits) {
  places p{3};
  p.offer(1, {0, 1});
  p.offer(2, {1, 2});
  settle(p);
  BOOST_TEST((p.node_of(0) == 1u && p.node_of(2) == 2u));
  const auto had = p.lose(1);
  BOOST_TEST(!had.empty());
  settle(p);
  BOOST_TEST(!p.node_of(0).has_value());
  BOOST_TEST((p.node_of(1) == 2u));
  BOOST_TEST(!p.is_offered(0));
  p.offer(3, {0});
  settle(p);
  BOOST_TEST((p.node_of(0) == 3u));
}

BOOST_AUTO_TEST_CASE(a_node_that_comes_gets_some_of_it_one_at_a_time) {
  places p{5};
  p.offer(1, {0, 1, 2, 3, 4});
  settle(p);
  BOOST_TEST(p.load_of(1) == 5u);
  p.offer(2, {0, 1, 2, 3, 4});
  auto steps = p.next();
  BOOST_REQUIRE(steps.size() == 1u);
  BOOST_TEST((steps[0].what == kind::give_up && steps[0].node == 1));
  BOOST_TEST(p.next().empty()); // while that is under way
  p.emptied(steps[0].number, 1);
  steps = p.next();
  BOOST_REQUIRE(steps.size() == 1u);
  BOOST_TEST((steps[0].what == kind::take && steps[0].node == 2));
  p.taken(steps[0].number, 2);
  settle(p);
  BOOST_TEST(p.load_of(1) == 3u);
  BOOST_TEST(p.load_of(2) == 2u); // an odd one does not go to and fro
}

BOOST_AUTO_TEST_CASE(who_could_not_open_it_is_asked_again_only_after_others_and_a_pause) {
  places p{1};
  p.offer(1, {0});
  p.offer(2, {0});
  auto steps = p.next();
  BOOST_TEST((steps == std::vector<places::step>{{kind::take, 0, 1}}));
  p.failed(0, 1);
  steps = p.next();
  BOOST_TEST((steps == std::vector<places::step>{{kind::take, 0, 2}}));
  p.failed(0, 2);
  BOOST_TEST(p.next().empty());
  BOOST_TEST(p.has_failures());
  p.retry();
  steps = p.next();
  BOOST_TEST((steps == std::vector<places::step>{{kind::take, 0, 1}}));
}

BOOST_AUTO_TEST_CASE(who_can_open_nothing_does_not_have_all_closed_again_and_again) {
  places p{4};
  p.offer(1, {0, 1, 2, 3});
  settle(p);
  p.offer(2, {0, 1, 2, 3});
  auto steps = p.next();
  BOOST_REQUIRE(steps.size() == 1u);
  p.emptied(steps[0].number, 1);
  steps = p.next();
  BOOST_TEST(steps.at(0).node == 2u);
  p.failed(steps[0].number, 2);
  settle(p);
  BOOST_TEST(p.load_of(1) == 4u);
  p.retry();
  BOOST_TEST(p.next().empty());
  p.retry_all();
  BOOST_TEST(p.next().size() == 1u);
}

BOOST_AUTO_TEST_CASE(who_leaves_gives_up_all_and_gets_nothing) {
  places p{4};
  p.offer(1, {0, 1, 2, 3});
  p.offer(2, {0, 1, 2});
  settle(p);
  p.withdraw(1);
  settle(p);
  BOOST_TEST(p.load_of(1) == 0u);
  BOOST_TEST(p.load_of(2) == 3u);
  BOOST_TEST(!p.node_of(3).has_value());
}

BOOST_AUTO_TEST_CASE(what_comes_late_changes_nothing) {
  places p{1};
  p.offer(1, {0});
  p.next();
  p.lose(1);
  p.offer(2, {0});
  p.next();
  p.taken(0, 1);
  p.failed(0, 1);
  p.emptied(0, 1);
  BOOST_TEST(!p.node_of(0).has_value());
  BOOST_TEST(p.is_at(0, 2));
  p.taken(0, 2);
  BOOST_TEST((p.node_of(0) == 2u));
}

/// Whatever happens: each partition is at one node that offers it, and in the end all that are
/// offered are placed, evenly where all offer all.
BOOST_AUTO_TEST_CASE(whatever_comes_and_goes_all_is_placed_in_the_end) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    std::mt19937_64 draw{seed};
    const auto count = static_cast<std::uint32_t>(1 + draw() % 6);
    places p{count};
    std::vector<std::uint32_t> all;
    for (std::uint32_t n = 0; n < count; ++n)
      all.push_back(n);
    std::vector<places::step> under_way;
    std::map<places::node_id, bool> there;
    for (int turn = 0; turn < 60; ++turn) {
      const auto node = 1 + draw() % 4;
      switch (draw() % 6) {
      case 0:
        p.offer(node, all);
        there[node] = true;
        break;
      case 1:
        p.lose(node);
        there.erase(node);
        break;
      case 2:
        p.retry();
        break;
      default:
        if (!under_way.empty()) {
          const auto s = under_way[draw() % under_way.size()];
          if (s.what == kind::give_up)
            p.emptied(s.number, s.node);
          else if (draw() % 3 == 0)
            p.failed(s.number, s.node);
          else
            p.taken(s.number, s.node);
        }
      }
      for (const auto& s : p.next()) {
        BOOST_TEST(there.contains(s.node));
        under_way.push_back(s);
      }
    }
    // What was under way ends, for better or worse.
    for (std::uint32_t n = 0; n < count; ++n)
      for (places::node_id node = 1; node <= 4; ++node)
        if (p.is_at(n, node) && p.node_of(n) != node)
          p.emptied(n, node);
    p.retry_all();
    settle(p);
    for (std::uint32_t n = 0; n < count; ++n)
      BOOST_TEST(p.node_of(n).has_value() == !there.empty(), "seed " << seed);
    for (const auto& [a, x] : there)
      for (const auto& [b, y] : there)
        BOOST_TEST(p.load_of(a) <= p.load_of(b) + 1, "seed " << seed);
  }
}

BOOST_AUTO_TEST_SUITE_END()
