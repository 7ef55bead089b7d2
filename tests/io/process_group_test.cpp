// SPDX-License-Identifier: BSD-3-Clause
// Deadlines, cancelling, and whole groups: nothing that was started stays.
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <thread>

#include <csignal>

#include "tests/support/process_probe.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using ending = io::process_end::ending;
using test::command;
using test::gone;
using test::heard;
using test::process_probe;
using test::shell;

namespace {

// Cancels the run at its first line.
heard cancel_when_it_speaks(io::process_spec spec) {
  process_probe probe;
  return probe.run(std::move(spec), [&probe](process_probe::id id, const io::process_text&) {
    probe.runner().cancel(id);
  });
}

pid_t pid_in(const heard& got) {
  BOOST_TEST_REQUIRE(!got.out.empty());
  return std::stoi(got.out[0]);
}

} // namespace

BOOST_AUTO_TEST_SUITE(process_groups)

BOOST_AUTO_TEST_CASE(ends_at_the_deadline) {
  auto spec = command({"sleep", "600"});
  spec.deadline = 100ms;
  const auto end = process_probe{}.run(spec).end;
  BOOST_TEST(end.how == ending::deadline);
  BOOST_TEST(end.signal == SIGTERM);
  BOOST_TEST(!end.killed);
  BOOST_TEST(end.wall_ms >= 99);
  BOOST_TEST(end.reason == "its deadline of 100 ms passed: ended by SIGTERM");
}

BOOST_AUTO_TEST_CASE(a_deadline_that_is_far_enough_does_nothing) {
  auto spec = shell("exit 5");
  spec.deadline = std::chrono::milliseconds::max();
  BOOST_TEST(process_probe{}.run(spec).end.code == 5);
}

BOOST_AUTO_TEST_CASE(lets_a_cancelled_program_clean_up) {
  const auto got = cancel_when_it_speaks(
      shell("trap 'echo bye; exit 7' TERM; echo hello; while :; do sleep 0.02; done"));
  BOOST_TEST(got.end.how == ending::cancelled);
  BOOST_TEST(got.end.code == 7);
  BOOST_TEST(got.out.back() == "bye");
  BOOST_TEST(got.end.reason == "cancelled: exited with 7");
}

BOOST_AUTO_TEST_CASE(kills_what_ignores_the_signal) {
  auto spec = shell("trap '' TERM; echo $$; sleep 600; echo never");
  spec.grace = 100ms;
  const auto got = cancel_when_it_speaks(spec);
  BOOST_TEST(got.end.how == ending::cancelled);
  BOOST_TEST(got.end.signal == SIGKILL);
  BOOST_TEST(got.end.killed);
  BOOST_TEST(got.end.reason == "cancelled: ended by SIGKILL after 100 ms of grace");
  BOOST_TEST(got.out.size() == 1u);
}

BOOST_AUTO_TEST_CASE(without_grace_kills_at_once) {
  auto spec = shell("trap '' TERM; echo $$; sleep 600");
  spec.grace = 0ms;
  const auto got = cancel_when_it_speaks(spec);
  BOOST_TEST(got.end.signal == SIGKILL);
}

BOOST_AUTO_TEST_CASE(ends_a_stopped_program) {
  const auto got = cancel_when_it_speaks(shell("echo $$; kill -STOP $$; sleep 600"));
  BOOST_TEST(got.end.how == ending::cancelled);
  BOOST_TEST(got.end.signal == SIGTERM);
}

BOOST_AUTO_TEST_CASE(ends_the_whole_group) {
  const auto got = cancel_when_it_speaks(shell("sleep 600 & echo $!; wait"));
  BOOST_TEST(got.end.how == ending::cancelled);
  BOOST_TEST(gone(pid_in(got)));
}

BOOST_AUTO_TEST_CASE(a_grandchild_that_keeps_the_output_open_holds_up_nobody) {
  io::process_limits limits;
  limits.drain_ms_max = 150;
  const auto got = process_probe{limits}.run(shell("sleep 600 & echo $!; exit 3"));
  BOOST_TEST(got.end.how == ending::exited);
  BOOST_TEST(got.end.code == 3);
  BOOST_TEST(got.end.stragglers);
  BOOST_TEST(got.end.reason == "exited with 3; what it left running was killed");
  BOOST_TEST(gone(pid_in(got)));
}

BOOST_AUTO_TEST_CASE(a_grandchild_that_floods_the_output_is_ended_too) {
  io::process_limits limits;
  limits.drain_ms_max = 150;
  auto spec = shell("yes & echo $! >&2; exit 0");
  spec.output_bytes_max = 1'000;
  const auto got = process_probe{limits}.run(spec);
  BOOST_TEST(got.end.ok());
  BOOST_TEST(got.end.stragglers);
  BOOST_TEST(got.end.output_cut);
}

BOOST_AUTO_TEST_CASE(output_after_the_programs_end_but_in_time_is_told) {
  const auto got = process_probe{}.run(shell("(sleep 0.1; echo late) & exit 0"));
  BOOST_TEST(got.end.ok());
  BOOST_TEST(!got.end.stragglers);
  BOOST_TEST_REQUIRE(got.out.size() == 1u);
  BOOST_TEST(got.out[0] == "late");
}

BOOST_AUTO_TEST_CASE(a_silent_grandchild_ends_with_its_group) {
  const auto got = process_probe{}.run(shell("sleep 600 >/dev/null 2>&1 & echo $!"));
  BOOST_TEST(got.end.ok());
  BOOST_TEST(!got.end.stragglers);
  BOOST_TEST(gone(pid_in(got)));
}

BOOST_AUTO_TEST_CASE(kills_a_group_without_grace) {
  for (const bool told_before : {false, true}) {
    process_probe probe;
    auto spec = shell("trap '' TERM; sleep 600 & echo $!; wait; sleep 600");
    spec.grace = 600s;
    const auto got = probe.run(spec, [&](process_probe::id id, const io::process_text&) {
      if (told_before)
        probe.runner().cancel(id);
      probe.runner().kill(id);
      probe.runner().kill(id);
      probe.runner().kill(12345);
    });
    BOOST_TEST(got.end.how == ending::cancelled);
    BOOST_TEST(got.end.signal == SIGKILL);
    BOOST_TEST(got.end.wall_ms < 60'000);
    BOOST_TEST(gone(pid_in(got)));
  }
}

BOOST_AUTO_TEST_CASE(cancelling_twice_or_too_late_is_no_fault) {
  process_probe probe;
  auto future = probe.start(command({"true"}), {});
  probe.runner().cancel(12345);
  probe.runner().more(12345, 1);
  BOOST_TEST(test::get(std::move(future)).end.ok());
  probe.runner().cancel(1);
  const auto got =
      probe.run(shell("echo; sleep 600"), [&](process_probe::id id, const io::process_text&) {
        probe.runner().cancel(id);
        probe.runner().cancel(id);
        probe.runner().cancel_all();
      });
  BOOST_TEST(got.end.how == ending::cancelled);
}

BOOST_AUTO_TEST_CASE(cancels_what_waits_for_a_place) {
  io::process_limits limits;
  limits.children_max = 1;
  limits.waiting_max = 2;
  process_probe probe{limits};
  auto first = probe.start(command({"sleep", "600"}));
  auto second = probe.start(command({"true"}));
  auto third = probe.start(command({"true"}));
  auto fourth = probe.start(command({"true"}));
  const auto refused = test::get(std::move(fourth)).end;
  BOOST_TEST(refused.how == ending::not_started);
  BOOST_TEST(refused.reason == "more than 2 programs are waiting to be started");
  probe.runner().cancel(2);
  const auto cancelled = test::get(std::move(second)).end;
  BOOST_TEST(cancelled.how == ending::cancelled);
  BOOST_TEST(cancelled.reason == "cancelled before it was started");
  probe.runner().cancel(1);
  BOOST_TEST(test::get(std::move(first)).end.signal == SIGTERM);
  BOOST_TEST(test::get(std::move(third)).end.ok());
}

BOOST_AUTO_TEST_CASE(the_runners_end_is_its_programs_end) {
  std::atomic<bool> told{false};
  std::promise<pid_t> pid;
  {
    process_probe probe;
    probe.runner().start(
        shell("trap '' TERM; echo $$; sleep 600"),
        [&](const io::process_text& text) { pid.set_value(std::stoi(text.lines.at(0))); },
        [&](const io::process_end&) { told = true; });
    pid.get_future().wait();
  }
  BOOST_TEST(!told);
  BOOST_TEST(test::zombie_children() == 0u);
}

BOOST_AUTO_TEST_CASE(a_callback_may_give_up_the_runner) {
  for (const bool at_its_end : {false, true}) {
    const auto token = std::make_shared<int>(0);
    process_probe probe;
    std::promise<void> done;
    for (int i = 0; i < 3; ++i) // those that are not told are forgotten
      probe.runner().start(command({"sleep", "600"}), {}, [token](const io::process_end&) {});
    probe.runner().start(
        shell("echo x; exit 0"),
        [&, token](const io::process_text&) {
          if (!at_its_end) {
            probe.destroy();
            done.set_value();
          }
        },
        [&, token](const io::process_end&) {
          probe.destroy();
          done.set_value();
        });
    BOOST_TEST_REQUIRE((done.get_future().wait_for(60s) == std::future_status::ready));
    for (int i = 0; token.use_count() > 1 && i < 1'000; ++i)
      std::this_thread::sleep_for(10ms);
    BOOST_TEST(token.use_count() == 1);
    BOOST_TEST(test::zombie_children() == 0u);
  }
}

BOOST_AUTO_TEST_CASE(our_own_kill_leaves_no_program) {
  auto spec = command({PROCESS_SUBJECT, "parent", "3"});
  spec.grace = 0ms; // SIGKILL, for its group; its children have groups of their own
  process_probe probe;
  int seen = 0;
  const auto got = probe.run(spec, [&](process_probe::id id, const io::process_text& text) {
    seen += static_cast<int>(text.lines.size());
    if (seen == 3)
      probe.runner().cancel(id);
  });
  BOOST_TEST(got.end.signal == SIGKILL);
  BOOST_TEST(got.out.size() == 3u);
  for (const auto& line : got.out)
    BOOST_TEST(gone(std::stoi(line)));
}

BOOST_AUTO_TEST_SUITE_END()
