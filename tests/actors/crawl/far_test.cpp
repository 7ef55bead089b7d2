// SPDX-License-Identifier: BSD-3-Clause
// A crawl by the teams of several nodes: what must hold whoever comes and goes.

#include <limits>
#include <map>
#include <stdexcept>
#include <string>

#include <boost/test/unit_test.hpp>

#include "tests/actors/crawl/far_world.hpp"

using namespace troupe;
using namespace troupe::crawl;
using test::lasting_world;
using test::world;

BOOST_AUTO_TEST_SUITE(far_crawls)

BOOST_AUTO_TEST_CASE(two_teams_give_what_one_process_gives) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      world w{seed};
      w.add_team();
      w.order();
      w.add_team();
      BOOST_REQUIRE(w.finish());
      w.check_whole();
      BOOST_TEST(w.web.in_flight_most <= 2u);
      for (const auto& [origin, times] : w.web.robots_asked)
        BOOST_TEST(times == 1u, origin);
    }
  }
}

BOOST_AUTO_TEST_CASE(teams_that_are_lost_and_come_lose_and_double_nothing) {
  int lost_midway = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      world w{seed};
      w.add_team();
      w.add_team();
      w.order();
      for (std::size_t i = 0; i < 5; ++i) {
        w.turns(w.draw() % 150);
        lost_midway += w.ended ? 0 : 1;
        w.lose_team(i);
        w.add_team();
      }
      BOOST_REQUIRE(w.finish());
      w.check_whole();
    }
  }
  BOOST_TEST(lost_midway > 200);
}

BOOST_AUTO_TEST_CASE(workers_that_die_at_a_node_are_replaced_there) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      world w{seed};
      std::map<std::string, int> deaths;
      const auto die_once = [&](const std::string& url) {
        if (w.draw() % 10 == 0 && deaths[url]++ == 0)
          throw std::runtime_error("planted");
      };
      w.web.before_fetch = die_once;
      w.web.before_read = die_once;
      w.add_team();
      w.order();
      BOOST_REQUIRE(w.finish());
      BOOST_TEST(!deaths.empty());
      w.check_whole();
    }
  }
}

BOOST_AUTO_TEST_CASE(a_team_that_leaves_finishes_its_pages_and_gets_no_more) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      world w{seed};
      w.add_team();
      w.add_team();
      w.order();
      w.turns(20 + w.draw() % 200);
      runtime::post(w.teams[0], team_leaves{});
      for (int i = 0; i < 100'000 && !w.left[0]; ++i)
        BOOST_REQUIRE(w.turn());
      BOOST_REQUIRE(w.left[0]);
      std::map<std::string, unsigned> before = w.web.requested;
      w.lose_team(0);
      BOOST_REQUIRE(w.finish());
      w.check_whole();
      // What it had was answered by it: nothing had to be fetched once more but for a fault.
      BOOST_TEST(w.ended->counts.retried <= [&] {
        unsigned again = 0;
        for (const auto& [url, times] : w.web.requested)
          again += times - 1;
        return again;
      }());
      BOOST_TEST(w.web.in_flight_most <= 2u);
    }
  }
}

BOOST_AUTO_TEST_CASE(without_a_node_it_says_so_and_waits) {
  world w{1};
  w.order();
  for (int i = 0; i < 100; ++i)
    w.turn();
  BOOST_TEST(!w.ended.has_value());
  BOOST_REQUIRE(w.said.size() == 1u);
  BOOST_TEST(w.said[0].find("no node crawls") != std::string::npos, w.said[0]);
  w.add_team();
  BOOST_REQUIRE(w.finish());
  BOOST_TEST(w.said.size() == 2u);
  w.check_whole();
}

BOOST_AUTO_TEST_CASE(a_crawl_ends_everywhere_with_its_customer) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      world w{seed};
      w.add_team();
      w.order();
      w.turns(w.draw() % 200);
      if (w.ended)
        continue;
      runtime::stop(w.customer);
      w.actors.run();
      while (w.web.answer_one())
        w.actors.run();
      const auto requested = w.web.requested;
      w.ended.reset();
      w.turns(200);
      BOOST_TEST((w.web.requested == requested));
      // And there is room for the next one.
      w.web.rows.clear();
      w.ended.reset();
      w.order();
      BOOST_REQUIRE(w.finish());
      BOOST_TEST(w.urls() == w.web.reachable(), boost::test_tools::per_element());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_stop_ends_it_with_what_is_in_flight) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      world w{seed};
      w.add_team();
      w.order();
      w.turns(30 + w.draw() % 100);
      if (w.ended)
        continue;
      runtime::post(w.customer, stop_crawl{});
      BOOST_REQUIRE(w.finish());
      BOOST_TEST(w.ended->interrupted);
      BOOST_TEST(w.web.rows.size() < w.web.reachable().size());
    }
  }
}

BOOST_AUTO_TEST_CASE(when_the_coordinator_is_lost_it_says_how_much_is_written) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      world w{seed};
      w.add_team();
      w.order();
      w.turns(30 + w.draw() % 200);
      if (w.ended)
        continue;
      runtime::stop(w.head);
      runtime::post(w.customer, head_lost{"connection reset"});
      BOOST_REQUIRE(w.finish());
      if (!w.ended->output_error.empty()) // it had not ended already
        BOOST_TEST(w.ended->output_error.find("; " + std::to_string(w.web.rows.size()) + " page")
                       != std::string::npos,
                   w.ended->output_error);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_coordinator_that_keeps_what_is_finished_is_followed_by_one_that_goes_on) {
  std::size_t losses = 0, written = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      lasting_world w{seed};
      w.order();
      for (int i = 0; i < 6 && !w.ended; ++i) {
        w.turns(20 + w.draw() % 150);
        if (w.ended)
          break;
        w.lose_head();
        ++losses;
        written += w.web.rows.size();
        runtime::post(w.customer, head_lost{"connection reset"});
        if (w.draw() % 2 == 0)
          w.actors.run(); // and the clock stands still: it is waited for no longer than a minute
        w.next_head();
        runtime::post(w.customer, use_head{w.head});
      }
      BOOST_REQUIRE(w.finish());
      w.check_whole();
      w.settle();
      // What has ended is forgotten.
      w.lose_head();
      io::crawl_state state{w.folder, 7};
      BOOST_TEST(state.forget_used_before(std::numeric_limits<std::int64_t>::max()) == 0u);
    }
  }
  BOOST_TEST(losses > 100u);
  BOOST_TEST(written > 500u); // so most were lost in the middle
}

BOOST_AUTO_TEST_CASE(a_coordinator_that_cannot_go_on_says_so) {
  lasting_world w{3};
  w.order();
  while (w.web.rows.size() < 10)
    w.turn();
  w.lose_head();
  runtime::post(w.customer, head_lost{"connection reset"});
  w.next_head(8); // of another build, which cannot read it
  runtime::post(w.customer, use_head{w.head});
  BOOST_REQUIRE(w.finish());
  const auto end = "; " + std::to_string(w.web.rows.size())
                   + " pages are written; the one that is there refuses: nothing is kept of that "
                     "crawl";
  BOOST_TEST(w.ended->output_error.ends_with(end), w.ended->output_error);
}

BOOST_AUTO_TEST_CASE(a_coordinator_that_does_not_come_back_is_waited_for_a_minute) {
  lasting_world w{3};
  w.order();
  while (w.web.rows.size() < 10)
    w.turn();
  w.lose_head();
  runtime::post(w.customer, head_lost{"connection reset"});
  BOOST_REQUIRE(w.finish());
  const auto end = "); " + std::to_string(w.web.rows.size()) + " pages are written";
  BOOST_TEST(w.ended->output_error.ends_with(end), w.ended->output_error);
  BOOST_TEST(w.said.size() >= 1u);
}

BOOST_AUTO_TEST_CASE(an_order_that_came_to_a_coordinator_that_was_lost_goes_to_the_next) {
  world w{1};
  runtime::stop(w.head);
  w.actors.run();
  w.order();
  w.actors.run();
  w.head = runtime::spawn<crawl::head>(w.actors.system(), head_limits{}, crew_limits{});
  w.add_team();
  runtime::post(w.customer, head_lost{"connection reset"});
  runtime::post(w.customer, use_head{w.head});
  BOOST_REQUIRE(w.finish());
  w.check_whole();
}

BOOST_AUTO_TEST_CASE(seeds_that_fill_no_message_come_in_several) {
  world w{1};
  auto p = w.plan();
  p.bounds.url_bytes_max = 64u << 10;
  for (int i = 0; i < 10; ++i) // forbidden, and so never requested
    p.seeds.push_back(url::from_normalized("http://h0.test/private/" + std::to_string(i)
                                           + std::string(60'000, 'x')));
  w.add_team();
  w.order(p);
  BOOST_REQUIRE(w.finish());
  BOOST_TEST(w.ended->counts.robots_denied >= 10u);
  BOOST_TEST(w.urls() == w.web.reachable(), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_an_order_is_said) {
  const auto refusal = [](head_limits bounds, auto spoil) {
    world w{1, bounds};
    auto p = w.plan();
    spoil(p);
    w.order(p);
    BOOST_REQUIRE(w.finish());
    return w.ended->output_error;
  };
  const auto has = [](const std::string& text, const char* words) {
    BOOST_TEST(text.find(words) != std::string::npos, text);
  };
  head_limits none;
  none.crawls_max = 0;
  has(refusal(none, [](crawl_plan&) {}), "takes no more at a time");
  head_limits small;
  small.seeds_bytes_max = 10;
  has(refusal(small, [](crawl_plan&) {}), "seeds that take more than 10 bytes");
  has(refusal({}, [](crawl_plan& p) { p.seeds.clear(); }), "an order needs a seed");
  has(refusal({}, [](crawl_plan& p) { p.seeds = {url{}}; }), "a seed is no URL");
  has(refusal({}, [](crawl_plan& p) { p.bounds.per_host = 0; }), "per_host is 0");
}

BOOST_AUTO_TEST_CASE(handles_of_nobody_do_no_harm) {
  world w{1};
  w.add_team();
  w.order();
  runtime::post(w.head, team_offered{});
  runtime::post(w.head, crawl_ordered{w.plan(), {}, false, {}, {}});
  runtime::post(w.head, seeds_ordered{77, {}, false});
  BOOST_REQUIRE(w.finish());
  w.check_whole();
}

BOOST_AUTO_TEST_SUITE_END()
