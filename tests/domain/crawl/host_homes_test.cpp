// SPDX-License-Identifier: BSD-3-Clause
#include <map>
#include <random>
#include <set>
#include <string>

#include <boost/test/unit_test.hpp>

#include "domain/crawl/host_homes.hpp"

using troupe::crawl::host_homes;

namespace {

void come(host_homes& homes, host_homes::team_id team, int hands) {
  for (int i = 0; i < hands; ++i) {
    homes.hand_came(team);
    homes.hand_free(team);
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(host_homes_suite)

BOOST_AUTO_TEST_CASE(a_host_stays_with_the_team_that_had_it_first) {
  host_homes homes;
  come(homes, 1, 4);
  come(homes, 2, 4);
  std::map<std::string, host_homes::team_id> first;
  for (int round = 0; round < 5; ++round)
    for (const std::string host : {"a", "b", "c", "d"}) {
      const auto team = homes.pick(host).value();
      homes.hand_free(team);
      BOOST_TEST(first.emplace(host, team).first->second == team);
    }
  std::map<host_homes::team_id, int> hosts;
  for (const auto& [host, team] : first)
    ++hosts[team];
  BOOST_TEST(hosts[1] == 2);
  BOOST_TEST(hosts[2] == 2);
}

BOOST_AUTO_TEST_CASE(one_large_host_keeps_all_teams_busy) {
  host_homes homes;
  come(homes, 1, 2);
  come(homes, 2, 3);
  std::map<host_homes::team_id, int> got;
  for (int i = 0; i < 5; ++i)
    ++got[homes.pick("a").value()];
  BOOST_TEST(got[1] == 2);
  BOOST_TEST(got[2] == 3);
  BOOST_TEST(!homes.pick("a").has_value());
  homes.hand_free(2);
  BOOST_TEST(homes.pick("a").value() == 2u);
  homes.hand_free(1);
  homes.hand_free(2);
  BOOST_TEST(homes.pick("a").value() == homes.home_of("a").value());
}

BOOST_AUTO_TEST_CASE(a_host_suits_while_its_home_has_a_hand_free) {
  host_homes homes;
  come(homes, 1, 1);
  come(homes, 2, 1);
  BOOST_TEST(homes.suits("a"));
  const auto home = homes.pick("a").value();
  BOOST_TEST(!homes.suits("a"));
  BOOST_TEST(homes.suits("b"));
  homes.hand_free(home);
  BOOST_TEST(homes.suits("a"));
  homes.hand_went(home, 1);
  BOOST_TEST(homes.suits("a")); // it gets another
}

BOOST_AUTO_TEST_CASE(the_hosts_of_a_team_that_is_gone_find_another_home) {
  host_homes homes;
  come(homes, 1, 1);
  BOOST_TEST(homes.pick("a").value() == 1u);
  homes.hand_free(1);
  homes.hand_went(1, 1);
  BOOST_TEST(!homes.any_free());
  BOOST_TEST(!homes.home_of("a").has_value());
  come(homes, 2, 1);
  BOOST_TEST(homes.pick("a").value() == 2u);
  BOOST_TEST(homes.home_of("a").value() == 2u);
}

BOOST_AUTO_TEST_CASE(a_team_that_leaves_gets_nothing_more) {
  host_homes homes;
  come(homes, 1, 2);
  BOOST_TEST(homes.pick("a").value() == 1u);
  homes.leave(1);
  BOOST_TEST(homes.leaves(1));
  BOOST_TEST(!homes.pick("a").has_value());
  homes.hand_free(1);
  BOOST_TEST(!homes.any_free());
  come(homes, 2, 1);
  BOOST_TEST(homes.pick("a").value() == 2u);
  BOOST_TEST(homes.home_of("a").value() == 2u);
  homes.hand_went(1, 0);
  homes.hand_went(1, 0);
  BOOST_TEST(!homes.leaves(1));
}

BOOST_AUTO_TEST_CASE(hands_of_this_process_alone_need_no_homes) {
  host_homes homes;
  come(homes, 0, 2);
  BOOST_TEST(homes.pick("a").value() == 0u);
  BOOST_TEST(!homes.home_of("a").has_value());
}

BOOST_AUTO_TEST_CASE(a_pick_is_always_somebody_who_is_free) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    std::mt19937_64 draw{seed};
    host_homes homes;
    std::map<host_homes::team_id, int> hands, free;
    std::set<host_homes::team_id> leaving;
    for (int i = 0; i < 400; ++i) {
      const auto team = draw() % 4;
      switch (draw() % 8) {
      case 0:
        ++hands[team];
        homes.hand_came(team);
        break;
      case 1:
        if (hands[team] > 0) {
          const bool one = free[team] > 0;
          homes.hand_went(team, one ? 1 : 0);
          free[team] -= one ? 1 : 0;
          // A hand says that it is free once: no more of them are free than there are.
          if (--hands[team] == 0)
            free[team] = 0, leaving.erase(team);
        }
        break;
      case 2:
        if (draw() % 8 == 0 && hands[team] > 0) {
          homes.leave(team);
          leaving.insert(team);
          free[team] = 0;
        }
        break;
      case 3:
      case 4:
        if (free[team] < hands[team] && leaving.count(team) == 0) {
          homes.hand_free(team);
          ++free[team];
        }
        break;
      default:
        const auto got = homes.pick("h" + std::to_string(draw() % 5));
        int all = 0;
        for (const auto& [t, n] : free)
          all += n;
        BOOST_REQUIRE(got.has_value() == (all > 0));
        if (got)
          BOOST_REQUIRE(free[*got]-- > 0);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
