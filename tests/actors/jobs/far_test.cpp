// SPDX-License-Identifier: BSD-3-Clause
// Jobs at the nodes of a cluster, every actor stepped by the test in orders drawn from a seed: what
// must hold whoever comes, goes, dies or is slow.

#include <algorithm>
#include <set>

#include <boost/test/unit_test.hpp>

#include "tests/actors/jobs/far_world.hpp"

using namespace troupe;
using namespace troupe::jobs;
using test::far_world;

namespace {

job_plan far_plan() {
  job_plan plan;
  plan.slots = 4'096;
  plan.rules.ahead_max = 6;
  return plan;
}

std::string lines_of(const far_world::client& c, std::uint64_t jobs) {
  std::string all;
  for (std::uint64_t i = 1; i <= jobs; ++i)
    all += c.world.prefix + std::to_string(i) + "\n";
  return all;
}

// Each job that was begun has one last row, and no row behind it. It was started no more often than
// it has rows: an attempt is one start at most, and none comes after a good one. What is printed is
// what the last attempts wrote that came through.
void check_rows(const far_world& w, const far_world::client& c) {
  std::map<std::uint64_t, int> rows;
  std::set<std::uint64_t> over;
  std::multiset<std::string> written;
  for (const auto& row : c.world.log) {
    BOOST_TEST(over.count(row.seq) == 0u, "job " << row.seq << " has a row after its last");
    ++rows[row.seq];
    BOOST_TEST(row.what.number == static_cast<std::uint32_t>(rows[row.seq]));
    if (row.final)
      over.insert(row.seq);
    if (row.final && row.what.end != job_end::worker_lost)
      written.insert(c.world.prefix + std::to_string(row.seq));
    if (row.what.end != job_end::stopped)
      BOOST_TEST(row.what.node.starts_with("node"), row.what.node);
  }
  for (std::uint64_t seq = 1; seq <= c.world.jobs; ++seq)
    BOOST_TEST(w.starts(c.world.prefix + std::to_string(seq)) <= rows[seq],
               "job " << seq << " was run once more than it has rows");
  std::multiset<std::string> printed;
  for (std::size_t at = 0, end; at < c.world.out.size(); at = end + 1) {
    end = c.world.out.find('\n', at);
    printed.insert(c.world.out.substr(at, end - at));
  }
  BOOST_TEST((printed == written));
}

void check_all_over(const far_world& w, const far_world::client& c) {
  check_rows(w, c);
  std::size_t last = 0;
  for (const auto& row : c.world.log)
    last += row.final;
  BOOST_TEST(last == c.world.jobs);
  BOOST_TEST(c.ended->counts.done + c.ended->counts.failed == c.world.jobs);
  BOOST_TEST(c.ended->error == "");
}

} // namespace

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

BOOST_AUTO_TEST_CASE(lines_come_as_they_are_written_and_tagged) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    far_world w{seed};
    auto plan = far_plan();
    plan.line_buffer = plan.tag = true;
    w.add_node();
    auto& c = w.add_client(12, plan);
    BOOST_REQUIRE(w.finish(c));
    for (int i = 1; i <= 12; ++i)
      BOOST_TEST(c.world.out.find("t" + c.world.prefix + std::to_string(i) + "\t" + c.world.prefix
                                  + std::to_string(i) + "\n")
                 != std::string::npos);
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

BOOST_AUTO_TEST_CASE(a_stop_ends_what_runs_in_order_and_a_second_one_kills) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      far_world w{seed};
      auto& n = w.add_node(4);
      auto plan = far_plan();
      plan.rules.retries_max = 3; // what was stopped is not tried again
      auto& c = w.add_client(1000, plan);
      w.turns(200);
      w.actors.run();
      BOOST_REQUIRE(w.running() == 4u);
      runtime::post(c.crew, stop_run{});
      w.actors.run();
      BOOST_TEST(!c.ended);
      for (const auto& [id, p] : n.world.running)
        BOOST_TEST(p.cancelled);
      if (seed % 2 == 0) {
        BOOST_REQUIRE(w.finish(c));
        BOOST_TEST(n.killed == 0u);
      } else {
        runtime::post(c.crew, stop_run{true});
        w.actors.run();
        BOOST_REQUIRE(c.ended);
        w.lose(c);
        w.actors.run();
        BOOST_TEST(n.killed == 4u);
      }
      BOOST_TEST(w.running() == 0u);
      BOOST_TEST(c.ended->stopped);
      BOOST_TEST(c.ended->counts.failed == 4u);
      std::size_t stopped = 0;
      for (const auto& row : c.world.log)
        stopped += row.what.end == job_end::stopped;
      BOOST_TEST(stopped == 4u);
    }
  }
}

BOOST_AUTO_TEST_CASE(an_output_that_cannot_be_written_ends_the_run) {
  for (const bool line_buffer : {false, true})
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      far_world w{seed};
      w.add_node(2);
      auto plan = far_plan();
      plan.line_buffer = line_buffer;
      int prints = 0;
      auto& c = w.add_client(0, plan);
      w.lose(c);
      w.actors.run();
      c.ended.reset();
      c.world.jobs = 100;
      c.world.read = 0;
      c.world.before_print = [&] {
        return ++prints > 5 ? std::string{"broken pipe"} : std::string{};
      };
      w.start_run(c, plan);
      BOOST_REQUIRE(w.finish(c));
      BOOST_TEST(c.ended->error == "broken pipe");
      std::size_t good = 0;
      for (const auto& row : c.world.log)
        good += row.what.good();
      BOOST_TEST(good == 5u);
    }
}

BOOST_AUTO_TEST_CASE(an_outputs_rest_is_bounded_by_the_clients_credit) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    far_world w{seed};
    auto& n = w.add_node(1);
    auto plan = far_plan();
    plan.line_buffer = seed % 2 == 0;
    auto& c = w.add_client(1, plan);
    w.actors.run();
    BOOST_REQUIRE(n.world.running.size() == 1u);
    auto& p = n.world.running.begin()->second;
    const auto credit_at_first = p.spec.credit_bytes;
    BOOST_REQUIRE(credit_at_first > 0u);
    // It writes what its credit lets it, line by line of another length.
    std::string all;
    std::uint64_t told = 0;
    for (int i = 0; all.size() < 6'000'000; ++i) {
      BOOST_REQUIRE(i < 100'000);
      while (told < credit_at_first + p.credit) {
        io::process_text text;
        text.chunk = std::string(1 + w.draw() % 65'536, static_cast<char>('a' + w.draw() % 26));
        if (w.draw() % 3 != 0)
          text.chunk.back() = '\n';
        text.bytes = text.chunk.size();
        told += text.bytes;
        all += text.chunk;
        p.on_text(std::move(text));
      }
      for (int steps = 0; steps < 40; ++steps)
        w.actors.step();
    }
    BOOST_REQUIRE(w.finish(c));
    all += c.world.prefix + "1\n";
    BOOST_TEST((c.world.out == all));
    BOOST_TEST(c.ended->counts.done == 1u);
  }
}

BOOST_AUTO_TEST_CASE(long_commands_arrive_whole_and_too_long_ones_are_refused) {
  for (const std::size_t words : {1u, 9u, 30u}) {
    far_world w{1};
    auto& n = w.add_node(1);
    auto& c = w.add_client(0, far_plan());
    w.lose(c);
    w.actors.run();
    std::vector<std::string> argv{"a1"};
    for (std::size_t i = 0; i < words; ++i)
      argv.push_back(std::to_string(i) + std::string(100'000, 'x'));
    c.ended.reset();
    auto ports = c.world.ports();
    bool read = false;
    ports.read_jobs = [&](std::size_t) {
      io::job_source::batch b;
      if (!std::exchange(read, true))
        b.jobs.push_back({1, argv, "t", key_of(argv)});
      b.end = true;
      return b;
    };
    const auto plan = far_plan();
    c.hirer = runtime::spawn<hirer>(w.actors.system(), plan, ports, job_crew_limits{}, w.limits,
                                    std::function<void(const std::string&)>{});
    c.crew = runtime::spawn<crew>(
        w.actors.system(), plan, ports, job_crew_limits{},
        std::function<void(job_summary)>{[&c](job_summary s) { c.ended = std::move(s); }}, c.hirer);
    runtime::post(c.hirer, use_job_head{w.head});
    w.actors.run();
    if (words < 30) {
      BOOST_REQUIRE(n.world.running.size() == 1u);
      BOOST_TEST((n.world.running.begin()->second.spec.argv == argv));
    }
    BOOST_REQUIRE(w.finish(c));
    BOOST_REQUIRE(c.world.log.size() == 1u);
    BOOST_TEST((c.world.log[0].what.end == (words < 30 ? job_end::exited : job_end::not_started)));
  }
}

BOOST_AUTO_TEST_CASE(more_runs_than_a_coordinator_takes_are_refused_in_words) {
  far_job_limits one;
  one.runs_max = 1;
  far_world w{1, one};
  auto& first = w.add_client(5, far_plan());
  w.actors.run();
  auto& second = w.add_client(5, far_plan());
  BOOST_REQUIRE(w.finish(second));
  BOOST_TEST(second.ended->error
             == "the coordinator refuses: this coordinator has 1 runs of jobs, and takes no more "
                "at a time");
  w.add_node();
  BOOST_REQUIRE(w.finish(first));
  check_all_over(w, first);
}

BOOST_AUTO_TEST_CASE(handles_of_nobody_do_no_harm) {
  far_world w{1};
  w.add_node();
  auto& c = w.add_client(20, far_plan());
  runtime::post(w.head, hand_free{});
  runtime::post(w.head, hand_leaves{});
  runtime::post(w.head, run_opened{});
  runtime::post(w.head, want_hands{77, 5});
  runtime::post(c.hirer, hand_granted{});
  BOOST_REQUIRE(w.finish(c));
  check_all_over(w, c);
}

BOOST_AUTO_TEST_SUITE_END()
