// SPDX-License-Identifier: BSD-3-Clause
// Jobs at the nodes of a cluster: how they are stopped, that what they write comes whole and never
// without credit, and what is refused. Every actor is stepped by the test.

#include <optional>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "actors/jobs/hand.hpp"
#include "tests/actors/jobs/far_world.hpp"

using namespace troupe;
using namespace troupe::jobs;
using test::check_all_over;
using test::far_plan;
using test::far_world;

namespace {

// Takes nothing until the test does.
struct slow_lease {
  static constexpr const char* name = "slow_lease";
  slow_lease(lease_actor::pointer, std::vector<output_part>* got, std::optional<attempt>* over)
      : got_(got), over_(over) {}
  lease_actor::behavior_type make_behavior() {
    return {
        [](const hand_taken&) {},
        [](hand_returned) {},
        [](const job_part&) {},
        [](stop_job) {},
        [](const output_taken&) {},
        [this](const output_part& x) { got_->push_back(x); },
        [this](const job_over& x) { *over_ = x.what; },
        [](const hand_leaves&) {},
    };
  }
  std::vector<output_part>* got_;
  std::optional<attempt>* over_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(far_job_bounds)

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

BOOST_AUTO_TEST_CASE(a_hand_sends_no_more_than_its_lease_has_room_for) {
  far_world w{1};
  test::fake_processes world;
  std::vector<output_part> got;
  std::optional<attempt> over;
  auto slow = runtime::spawn<slow_lease>(w.actors.system(), &got, &over);
  auto ports = world.ports();
  auto one = runtime::spawn<hand>(w.actors.system(), w.head, std::string{"anna"}, ports,
                                  job_crew_limits{}, w.limits);
  runtime::post(one, lease_opened{slow});
  runtime::post(one, job_part{{0, 0, 1u << 30, false}, 1, 1, {"1"}, false});
  w.actors.run();
  BOOST_REQUIRE(world.running.size() == 1u);
  auto& p = world.running.begin()->second;
  std::string all;
  std::uint64_t told = 0;
  const auto write = [&] {
    while (told < p.spec.credit_bytes + p.credit) {
      io::process_text text;
      text.chunk = std::string(40'000, static_cast<char>('a' + told % 26)) + "\n";
      text.bytes = text.chunk.size();
      told += text.bytes;
      all += text.chunk;
      p.on_text(std::move(text));
    }
    w.actors.run();
  };
  const auto bytes = [&] {
    std::size_t n = 0;
    for (const auto& part : got)
      n += part.text.size();
    return n;
  };
  for (int i = 0; i < 10; ++i)
    write();
  // Nothing was taken: so much is under way, and the process waits.
  BOOST_TEST(bytes() <= w.limits.output_window_bytes + w.limits.part_bytes_max);
  BOOST_TEST(got.size() <= w.limits.output_window_parts);
  BOOST_TEST(p.credit == 0u);
  BOOST_TEST(told <= p.spec.credit_bytes + 40'001);
  std::string taken;
  while (taken.size() < 3'000'000) {
    BOOST_REQUIRE(!got.empty());
    taken += got.front().text;
    BOOST_TEST(got.front().text.size() <= w.limits.part_bytes_max);
    runtime::post(one, output_taken{got.front().text.size(), ""});
    got.erase(got.begin());
    w.actors.run();
    write();
    BOOST_REQUIRE(bytes() <= w.limits.output_window_bytes + w.limits.part_bytes_max);
  }
  // What cannot be taken any more ends it; a hand without a lease kills.
  runtime::post(one, output_taken{got.front().text.size(), "disk full"});
  w.actors.run();
  BOOST_TEST(p.cancelled);
  BOOST_TEST(all.starts_with(taken));
  runtime::post(one, hand_released{});
  w.actors.run();
  runtime::stop(slow);
  BOOST_TEST(!over);
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
