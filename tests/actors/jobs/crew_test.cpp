// SPDX-License-Identifier: BSD-3-Clause
// The whole crew that runs jobs, over processes that are none, every actor stepped by the test, in
// orders drawn from a seed: what must hold in every order.

#include <set>

#include <boost/test/unit_test.hpp>

#include "tests/actors/jobs/fake_processes.hpp"

using namespace troupe;
using namespace troupe::jobs;
using test::fake_processes;
using test::job_run;

namespace {

job_plan small_plan() {
  job_plan plan;
  plan.slots = 4;
  plan.rules.ahead_max = 6;
  return plan;
}

// Each job has one final row and no row after it.
void check_once(const fake_processes& world, std::uint64_t jobs) {
  std::set<std::uint64_t> over;
  for (const auto& row : world.log) {
    BOOST_TEST(over.count(row.seq) == 0u, "job " << row.seq << " has a row after its last");
    if (row.final)
      over.insert(row.seq);
  }
  BOOST_TEST(over.size() == jobs);
}

std::string lines_in_order(std::uint64_t jobs) {
  std::string all;
  for (std::uint64_t i = 1; i <= jobs; ++i)
    all += std::to_string(i) + "\n";
  return all;
}

std::string sorted_lines(const std::string& text) {
  std::multiset<std::string> lines;
  for (std::size_t at = 0, end; at < text.size(); at = end + 1) {
    end = text.find('\n', at);
    lines.insert(text.substr(at, end - at + 1));
  }
  std::string all;
  for (const auto& line : lines)
    all += line;
  return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(job_crew)

BOOST_AUTO_TEST_CASE(each_job_runs_once_and_is_printed_and_logged_once_in_every_order) {
  std::size_t running_most = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      fake_processes world;
      world.jobs = 40;
      job_run run{seed, world, small_plan()};
      BOOST_REQUIRE(run.finish());
      check_once(world, 40);
      BOOST_TEST(world.starts.size() == 40u);
      for (const auto& [command, times] : world.starts)
        BOOST_TEST(times == 1, command);
      BOOST_TEST(world.running_most <= 4u);
      running_most = std::max(running_most, world.running_most);
      BOOST_TEST(sorted_lines(world.out) == sorted_lines(lines_in_order(40)));
      BOOST_TEST(run.ended->counts.done == 40u);
      BOOST_TEST(run.ended->error == "");
    }
  }
  BOOST_TEST(running_most == 4u);
}

BOOST_AUTO_TEST_CASE(outputs_keep_the_order_of_the_jobs) {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      fake_processes world;
      world.jobs = 40;
      world.exit_code = [](const std::string& c, int start) { return c == "3" && start < 3; };
      auto plan = small_plan();
      plan.keep_order = true;
      plan.bounds.outputs_waiting_max = 2; // less than slots: all wait for job 3's third attempt
      plan.rules.retries_max = 2;
      plan.rules.retry_delay = std::chrono::seconds(30);
      job_run run{seed, world, plan};
      BOOST_REQUIRE(run.finish());
      BOOST_TEST(world.out == lines_in_order(40)); // only the last attempt's output
      check_once(world, 40);
      BOOST_TEST(run.ended->counts.retried == 2u);
    }
  }
}

BOOST_AUTO_TEST_CASE(lines_come_as_they_are_written_and_tagged) {
  fake_processes world;
  world.jobs = 12;
  auto plan = small_plan();
  plan.line_buffer = plan.tag = true;
  job_run run{5, world, plan};
  BOOST_REQUIRE(run.finish());
  std::string expected;
  for (int i = 1; i <= 12; ++i)
    expected += "t" + std::to_string(i) + "\t" + std::to_string(i) + "\n";
  BOOST_TEST(sorted_lines(world.out) == sorted_lines(expected));
}

BOOST_AUTO_TEST_CASE(failed_jobs_are_tried_again_after_a_delay_of_simulated_time) {
  fake_processes world;
  world.jobs = 3;
  world.exit_code = [](const std::string& c, int start) { return c == "2" && start <= 2; };
  auto plan = small_plan();
  plan.rules.retries_max = 5;
  plan.rules.retry_delay = std::chrono::hours(10);
  job_run run{1, world, plan};
  BOOST_REQUIRE(run.finish());
  BOOST_TEST(world.starts["2"] == 3);
  BOOST_TEST(run.ended->counts.failed == 0u);
  BOOST_TEST(run.ended->seconds >= 2 * 36'000.0);
  BOOST_TEST(world.log.size() == 5u);
}

BOOST_AUTO_TEST_CASE(a_slot_that_dies_is_replaced_and_its_job_fails_or_is_tried_again) {
  for (const std::uint32_t retries : {0u, 3u})
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      BOOST_TEST_CONTEXT("seed " << seed << ", retries " << retries) {
        fake_processes world;
        world.jobs = 40;
        std::mt19937_64 draw{seed};
        std::set<std::string> died;
        world.before_start = [&](const std::string& command) {
          if (draw() % 6 == 0 && died.insert(command).second)
            throw std::runtime_error("planted");
        };
        auto plan = small_plan();
        plan.keep_order = seed % 2 == 0;
        plan.rules.retries_max = retries;
        job_run run{seed, world, plan};
        BOOST_REQUIRE(run.finish());
        BOOST_TEST(!died.empty());
        check_once(world, 40);
        BOOST_TEST(run.ended->counts.failed == (retries ? 0u : died.size()));
        BOOST_TEST(run.ended->counts.done + run.ended->counts.failed == 40u);
        for (const auto& row : world.log)
          BOOST_TEST((row.what.good() || row.what.end == job_end::worker_lost));
      }
    }
}

BOOST_AUTO_TEST_CASE(too_many_deaths_end_the_run_and_say_so) {
  fake_processes world;
  world.jobs = 40;
  world.before_start = [](const std::string&) { throw std::runtime_error("planted"); };
  auto plan = small_plan();
  plan.bounds.restarts_max = 5;
  job_run run{1, world, plan};
  BOOST_REQUIRE(run.finish());
  BOOST_TEST(run.ended->error.starts_with("gave up: a worker died"), run.ended->error);
}

BOOST_AUTO_TEST_CASE(halt_starts_no_more_and_lets_the_running_end) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      fake_processes world;
      world.jobs = 1000;
      world.exit_code = [](const std::string& c, int) { return c == "10"; };
      auto plan = small_plan();
      plan.keep_order = seed % 2 == 0;
      plan.rules.halt = *parse_halt("first");
      job_run run{seed, world, plan};
      BOOST_REQUIRE(run.finish());
      BOOST_TEST(run.ended->halted);
      BOOST_TEST(run.ended->counts.failed == 1u);
      BOOST_TEST(world.starts.size() < 40u);
      check_once(world, world.starts.size()); // whatever began was printed and logged
    }
  }
}

BOOST_AUTO_TEST_CASE(a_stop_ends_what_runs_and_logs_it_as_stopped) {
  std::size_t stopped_in_all = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      fake_processes world;
      world.jobs = 1000;
      auto plan = small_plan();
      plan.keep_order = seed % 2 == 0;
      plan.rules.retries_max = 3; // what was stopped is not tried again
      job_run run{seed, world, plan};
      for (int i = 0; i < 200; ++i) {
        run.actors.step();
        if (i % 5 == 0)
          world.end_one(run.draw);
      }
      BOOST_REQUIRE(!run.ended);
      run.actors.run(); // all hands are full
      BOOST_TEST(world.running.size() == 4u);
      runtime::post(run.head, stop_run{});
      BOOST_REQUIRE(run.finish());
      BOOST_TEST(run.ended->stopped);
      check_once(world, world.starts.size());
      std::size_t stopped = 0;
      for (const auto& row : world.log)
        stopped += row.what.end == job_end::stopped;
      BOOST_TEST(stopped == run.ended->counts.failed);
      stopped_in_all += stopped;
    }
  }
  BOOST_TEST(stopped_in_all > 60u);
}

BOOST_AUTO_TEST_CASE(a_second_stop_does_not_wait) {
  fake_processes world;
  world.jobs = 10;
  job_run run{3, world, small_plan()};
  run.actors.run();
  BOOST_TEST(world.running.size() == 4u);
  runtime::post(run.head, stop_run{});
  run.actors.run();
  BOOST_TEST(!run.ended);
  for (const auto& [id, process] : world.running)
    BOOST_TEST(process.cancelled);
  runtime::post(run.head, stop_run{true});
  run.actors.run();
  BOOST_REQUIRE(run.ended);
  BOOST_TEST(world.log.size() == 4u);
}

BOOST_AUTO_TEST_CASE(a_log_that_cannot_be_written_ends_the_run_with_the_reason) {
  fake_processes world;
  world.jobs = 100;
  int rows = 0;
  world.before_log = [&] { return ++rows > 5 ? std::string{"disk full"} : std::string{}; };
  job_run run{1, world, small_plan()};
  BOOST_REQUIRE(run.finish());
  BOOST_TEST(run.ended->error == "disk full");
  BOOST_TEST(world.starts.size() < 20u);
}

BOOST_AUTO_TEST_CASE(an_output_that_cannot_be_written_ends_the_run_and_its_job_gets_no_row) {
  for (const bool line_buffer : {false, true}) {
    fake_processes world;
    world.jobs = 100;
    int prints = 0;
    world.before_print = [&] { return ++prints > 5 ? std::string{"broken pipe"} : std::string{}; };
    auto plan = small_plan();
    plan.line_buffer = line_buffer;
    job_run run{1, world, plan};
    BOOST_REQUIRE(run.finish());
    BOOST_TEST(run.ended->error == "broken pipe");
    std::size_t good = 0;
    for (const auto& row : world.log)
      good += row.what.good();
    BOOST_TEST(good == 5u);
  }
}

BOOST_AUTO_TEST_CASE(a_bad_line_in_the_list_ends_the_run_after_what_was_before_it) {
  fake_processes world;
  world.jobs = 3;
  world.read_error = "list:4: a ' has no end";
  auto plan = small_plan();
  plan.slots = 1;
  job_run run{1, world, plan};
  BOOST_REQUIRE(run.finish());
  BOOST_TEST(run.ended->error == "list:4: a ' has no end");
  check_once(world, 3);
}

BOOST_AUTO_TEST_CASE(a_resumed_run_leaves_out_what_is_done_and_refuses_another_list) {
  fake_processes world;
  world.jobs = 10;
  auto rule = std::make_shared<resume_rule>();
  const auto had = [&](std::uint64_t seq, const std::string& command, int code) {
    log_row row;
    row.seq = row.what.seq = seq;
    row.key = key_of({command});
    row.final = true;
    row.what.exit_code = code;
    BOOST_REQUIRE(rule->take(row) == "");
  };
  had(1, "1", 0);
  had(4, "4", 9);
  auto plan = small_plan();
  plan.resume = rule;
  plan.keep_order = true;
  {
    job_run run{1, world, plan};
    BOOST_REQUIRE(run.finish());
    BOOST_TEST(world.starts.size() == 8u);
    BOOST_TEST(world.starts.count("1") + world.starts.count("4") == 0u);
    BOOST_TEST(run.ended->counts.skipped == 1u);
    BOOST_TEST(run.ended->counts.failed_before == 1u);
    BOOST_TEST(world.out == "2\n3\n5\n6\n7\n8\n9\n10\n");
  }
  had(7, "another", 0);
  fake_processes again;
  again.jobs = 10;
  job_run run{1, again, plan};
  BOOST_REQUIRE(run.finish());
  BOOST_TEST(run.ended->error.find("another job list") != std::string::npos);
  BOOST_TEST(again.starts.count("7") == 0u);
}

BOOST_AUTO_TEST_CASE(a_program_is_given_its_bounds) {
  fake_processes world;
  world.jobs = 1;
  auto plan = small_plan();
  plan.timeout = std::chrono::milliseconds(1234);
  plan.grace = std::chrono::milliseconds(77);
  plan.output_bytes_max = 99;
  job_run run{1, world, plan};
  run.actors.run();
  BOOST_REQUIRE(world.running.size() == 1u);
  const auto& spec = world.running.begin()->second.spec;
  BOOST_TEST(spec.deadline.count() == 1234);
  BOOST_TEST(spec.grace.count() == 77);
  BOOST_TEST(spec.output_bytes_max == 99u);
  BOOST_TEST((spec.at_output_max == io::process_excess::kill));
  BOOST_TEST(spec.credit_bytes > 0u);
  // What it writes is taken, and the credit for it comes back.
  io::process_text text;
  text.chunk = std::string(100'000, 'x'); // more than is kept in memory
  text.bytes = text.chunk.size();
  world.running.begin()->second.on_text(text);
  run.actors.run();
  BOOST_TEST(world.running.begin()->second.credit == 100'000u);
  BOOST_REQUIRE(run.finish());
  BOOST_TEST(world.out == std::string(100'000, 'x') + "1\n");
}

BOOST_AUTO_TEST_SUITE_END()
