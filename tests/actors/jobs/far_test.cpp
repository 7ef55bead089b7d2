// SPDX-License-Identifier: BSD-3-Clause
// Jobs at the nodes of a cluster, every actor stepped by the test in orders drawn from a seed: what
// must hold whoever comes, goes, dies, and whoever else has jobs.

#include <set>

#include <boost/test/unit_test.hpp>

#include "tests/actors/jobs/far_world.hpp"

using namespace troupe;
using namespace troupe::jobs;
using test::check_all_over;
using test::check_rows;
using test::far_plan;
using test::far_world;
using test::lines_of;

BOOST_AUTO_TEST_SUITE(far_jobs)

BOOST_AUTO_TEST_CASE(two_nodes_give_what_one_process_gives) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      far_world w{seed};
      auto plan = far_plan();
      plan.keep_order = true;
      plan.line_buffer = false;
      w.add_node(2);
      auto& c = w.add_client(40, plan);
      w.add_node(3);
      BOOST_REQUIRE(w.finish(c));
      check_all_over(w, c);
      BOOST_TEST(c.ended->counts.done == 40u);
      BOOST_TEST(c.world.out == lines_of(c, 40));
      BOOST_TEST(w.nodes[0]->world.running_most <= 2u);
      BOOST_TEST(w.nodes[1]->world.running_most <= 3u);
      BOOST_TEST(c.world.starts.empty()); // nothing runs at the client
    }
  }
}

BOOST_AUTO_TEST_CASE(what_ran_at_a_lost_node_counts_as_lost_or_is_tried_again) {
  std::size_t lost_in_all = 0;
  for (const std::uint32_t retries : {0u, 9u})
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      BOOST_TEST_CONTEXT("seed " << seed << ", retries " << retries) {
        far_world w{seed};
        auto plan = far_plan();
        plan.keep_order = seed % 2 == 0;
        plan.line_buffer = seed % 4 == 1;
        plan.rules.retries_max = retries;
        w.add_node();
        w.add_node();
        auto& c = w.add_client(60, plan);
        for (std::size_t i = 0; i < 5; ++i) {
          w.turns(w.draw() % 200);
          w.lose(*w.nodes[i]);
          w.add_node();
        }
        BOOST_REQUIRE(w.finish(c));
        if (plan.line_buffer) { // lines of attempts that were lost are printed as well
          BOOST_TEST(c.ended->counts.done + c.ended->counts.failed == 60u);
          continue;
        }
        check_all_over(w, c);
        std::size_t lost = 0;
        for (const auto& row : c.world.log)
          lost += row.what.end == job_end::worker_lost;
        BOOST_TEST(c.ended->counts.failed == (retries ? 0u : lost));
        BOOST_TEST(c.ended->counts.retried == (retries ? lost : 0u));
        lost_in_all += lost;
      }
    }
  BOOST_TEST(lost_in_all > 300u);
}

BOOST_AUTO_TEST_CASE(a_worker_that_dies_at_a_node_is_replaced_there) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      far_world w{seed};
      std::set<std::string> died;
      auto& n = w.add_node(3);
      n.world.before_start = [&](const std::string& command) {
        if (w.draw() % 6 == 0 && died.insert(command).second)
          throw std::runtime_error("planted");
      };
      auto plan = far_plan();
      plan.rules.retries_max = 2;
      auto& c = w.add_client(40, plan);
      BOOST_REQUIRE(w.finish(c));
      BOOST_TEST(!died.empty());
      check_all_over(w, c);
      BOOST_TEST(c.ended->counts.done == 40u);
      BOOST_TEST(c.ended->counts.retried == died.size());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_node_that_leaves_ends_what_it_has_begun_and_begins_no_more) {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      far_world w{seed};
      auto& leaver = w.add_node(3);
      auto& c = w.add_client(60, far_plan());
      w.turns(w.draw() % (seed % 3 == 0 ? 4000 : 400)); // and it may be idle
      w.add_node();
      runtime::post(leaver.team, hands_leave{});
      for (int i = 0; i < 100'000 && !leaver.left; ++i)
        BOOST_REQUIRE(w.turn());
      BOOST_REQUIRE(leaver.left);
      BOOST_TEST(leaver.world.running.empty());
      BOOST_TEST(leaver.killed == 0u);
      const auto before = leaver.world.starts;
      w.lose(leaver);
      BOOST_REQUIRE(w.finish(c));
      BOOST_TEST((leaver.world.starts == before));
      check_all_over(w, c);
      BOOST_TEST(c.ended->counts.done == 60u);
      for (const auto& row : c.world.log)
        BOOST_TEST((row.what.end != job_end::worker_lost));
    }
  }
}

BOOST_AUTO_TEST_CASE(with_its_client_all_that_ran_for_it_is_killed_and_others_go_on) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      far_world w{seed};
      w.add_node(3);
      auto& gone = w.add_client(500, far_plan());
      auto& other = w.add_client(40, far_plan());
      w.turns(30 + w.draw() % 200);
      w.lose(gone);
      w.actors.run();
      BOOST_TEST(w.running_of(gone) == 0u);
      BOOST_REQUIRE(w.finish(other));
      check_all_over(w, other);
      BOOST_TEST(other.ended->counts.done == 40u);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_run_goes_on_at_the_next_coordinator) {
  std::size_t lost_in_all = 0;
  for (const std::uint32_t retries : {0u, 9u})
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      BOOST_TEST_CONTEXT("seed " << seed << ", retries " << retries) {
        far_world w{seed};
        auto plan = far_plan();
        plan.rules.retries_max = retries;
        w.add_node(3);
        auto& c = w.add_client(60, plan);
        int losses = 0;
        for (int i = 0; i < 3 && !c.ended; ++i) {
          w.turns(w.draw() % 300);
          if (c.ended)
            break;
          ++losses;
          w.lose_head();
          if (seed % 2 == 0) {
            w.actors.run();
            BOOST_TEST(w.running() == 0u); // nodes kill what they ran for it
          }
          w.next_head();
          w.add_node(2);
          runtime::post(c.hirer, use_job_head{w.head});
        }
        BOOST_REQUIRE(w.finish(c));
        check_all_over(w, c);
        std::size_t lost = 0;
        for (const auto& row : c.world.log)
          lost += row.what.end == job_end::worker_lost;
        BOOST_TEST(c.ended->counts.failed == (retries ? 0u : lost));
        BOOST_TEST((losses == 0 || !c.said.empty()));
        lost_in_all += lost;
      }
    }
  BOOST_TEST(lost_in_all > 100u);
}

BOOST_AUTO_TEST_CASE(a_coordinator_that_does_not_come_back_is_waited_for_as_long_as_was_said) {
  far_world w{3};
  w.add_node();
  auto& c = w.add_client(1000, far_plan());
  w.turns(300);
  w.lose_head();
  BOOST_REQUIRE(w.finish(c));
  BOOST_TEST(c.ended->error == "no coordinator for 60 s (connection reset)");
  BOOST_REQUIRE(c.said.size() == 1u);
  BOOST_TEST(c.said[0].starts_with("the coordinator was lost (connection reset)"), c.said[0]);
  check_rows(w, c);
  BOOST_TEST(w.running() == 0u);
}

BOOST_AUTO_TEST_CASE(none_at_all_is_waited_for_likewise) {
  far_world w{3};
  w.head = nullptr;
  auto& c = w.add_client(3, far_plan());
  runtime::post(c.hirer, job_head_lost{"nobody there"});
  runtime::post(c.hirer, job_head_lost{"nobody there"});
  BOOST_REQUIRE(w.finish(c));
  BOOST_TEST(c.ended->error == "no coordinator for 60 s (nobody there)");
  BOOST_TEST(c.said.size() == 1u);
  BOOST_TEST(c.world.log.empty());
}

BOOST_AUTO_TEST_CASE(without_a_node_it_says_so_and_waits) {
  far_world w{1};
  auto& c = w.add_client(5, far_plan());
  for (int i = 0; i < 200; ++i)
    w.turn();
  BOOST_TEST(!c.ended);
  BOOST_REQUIRE(c.said.size() == 1u);
  BOOST_TEST(c.said[0] == "no node runs jobs for that coordinator: waiting for one");
  w.add_node();
  BOOST_REQUIRE(w.finish(c));
  BOOST_TEST(c.said.size() == 2u);
  check_all_over(w, c);
}

BOOST_AUTO_TEST_CASE(hands_are_shared_evenly_and_none_is_idle_while_somebody_has_work) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      far_world w{seed};
      auto& a = w.add_client(10'000, far_plan());
      w.add_node(6).world.exit_code = [](const std::string& c, int) { return c == "c1"; };
      w.actors.run();
      BOOST_TEST(w.running_of(a) == 6u);
      auto& b = w.add_client(10'000, far_plan());
      auto waiting = far_plan(); // between two attempts, nearly all the time
      waiting.rules.retries_max = 1;
      waiting.rules.retry_delay = std::chrono::hours(1000);
      auto& idle = w.add_client(1, waiting);
      std::size_t even = 0;
      for (int i = 0; i < 60; ++i) {
        w.end_one();
        w.actors.run();
        BOOST_TEST(w.running() == 6u);
        even += w.running_of(a) == 3 && w.running_of(b) == 3;
        if (i >= 20) // before, the first one's jobs have to end
          BOOST_TEST((w.running_of(a) >= 2 && w.running_of(b) >= 2));
      }
      BOOST_TEST(even > 25u);
      BOOST_TEST(w.starts("c1") == 1);
      BOOST_TEST(!idle.ended);
      w.lose(b);
      w.actors.run();
      BOOST_TEST(w.running_of(a) == 6u);
    }
  }
}

BOOST_AUTO_TEST_CASE(no_more_run_at_the_same_time_than_were_asked_for) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    far_world w{seed};
    auto plan = far_plan();
    plan.slots = 3;
    auto& c = w.add_client(60, plan);
    w.add_node(8);
    w.actors.run();
    BOOST_TEST(w.running() == 3u);
    while (!c.ended) {
      BOOST_REQUIRE(w.turn());
      BOOST_REQUIRE(w.running() <= 3u);
    }
    check_all_over(w, c);
  }
}

BOOST_AUTO_TEST_CASE(retries_wait_for_their_delay_and_then_get_a_hand) {
  far_world w{1};
  auto& n = w.add_node();
  n.world.exit_code = [](const std::string& c, int start) { return c == "a2" && start <= 2; };
  auto plan = far_plan();
  plan.rules.retries_max = 5;
  plan.rules.retry_delay = std::chrono::hours(10);
  auto& c = w.add_client(3, plan);
  BOOST_REQUIRE(w.finish(c));
  BOOST_TEST(w.starts("a2") == 3);
  BOOST_TEST(c.ended->counts.done == 3u);
  BOOST_TEST(c.ended->seconds >= 2 * 36'000.0);
}

BOOST_AUTO_TEST_CASE(halt_starts_no_more_and_lets_the_running_end) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      far_world w{seed};
      w.add_node(2).world.exit_code = [](const std::string& c, int) { return c == "a10"; };
      w.add_node(2).world.exit_code = [](const std::string& c, int) { return c == "a10"; };
      auto plan = far_plan();
      plan.rules.halt = *parse_halt("first");
      plan.keep_order = seed % 2 == 0;
      auto& c = w.add_client(1000, plan);
      BOOST_REQUIRE(w.finish(c));
      BOOST_TEST(c.ended->halted);
      BOOST_TEST(c.ended->counts.failed == 1u);
      std::size_t started = 0;
      for (const auto& n : w.nodes) {
        started += n->world.starts.size();
        BOOST_TEST(n->killed == 0u);
      }
      BOOST_TEST(started < 60u);
      BOOST_TEST(c.world.log.size() == started);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
