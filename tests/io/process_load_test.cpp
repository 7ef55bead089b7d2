// SPDX-License-Identifier: BSD-3-Clause
// Many programs, and much output.
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <csignal>

#include <sys/resource.h>

#include "tests/support/process_probe.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using ending = io::process_end::ending;
using test::command;
using test::heard;
using test::process_probe;
using test::shell;

BOOST_AUTO_TEST_SUITE(process_load)

BOOST_AUTO_TEST_CASE(runs_two_hundred_at_once) {
  constexpr int count = 200;
  process_probe probe;
  std::atomic<int> up{0};
  std::vector<std::future<heard>> all;
  for (int i = 0; i < count; ++i)
    all.push_back(probe.start(shell("echo up; exec sleep 600"),
                              [&](process_probe::id, const io::process_text&) { ++up; }));
  for (int i = 0; up < count && i < 6'000; ++i)
    std::this_thread::sleep_for(10ms);
  BOOST_TEST(up == count);
  probe.runner().cancel_all();
  for (auto& each : all) {
    const auto got = test::get(std::move(each));
    BOOST_TEST(got.end.how == ending::cancelled);
    BOOST_TEST(got.end.signal == SIGTERM);
  }
  BOOST_TEST(test::zombie_children() == 0u);
}

BOOST_AUTO_TEST_CASE(two_thousand_leave_nothing_behind) {
  constexpr int count = 2'000;
  io::process_limits limits;
  limits.children_max = 16;
  process_probe probe{limits};
  probe.run(command({"true"}));
  const auto before = test::open_descriptors();
  std::atomic<int> good{0};
  std::atomic<int> left{count};
  std::promise<void> done;
  for (int i = 0; i < count; ++i)
    probe.runner().start(i % 100 == 0 ? command({"/troupe/none"}) : command({"true"}), {},
                         [&](const io::process_end& end) {
                           good += end.ok();
                           if (--left == 0)
                             done.set_value();
                         });
  BOOST_TEST_REQUIRE((done.get_future().wait_for(500s) == std::future_status::ready));
  BOOST_TEST(good == count - count / 100);
  BOOST_TEST(test::open_descriptors() == before);
  BOOST_TEST(test::zombie_children() == 0u);
}

// No end of another program will make room: nothing runs.
BOOST_AUTO_TEST_CASE(waits_for_descriptors_while_nothing_runs) {
  process_probe probe;
  BOOST_TEST(probe.run(command({"true"})).end.ok());
  rlimit before{};
  BOOST_REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  auto none = before;
  none.rlim_cur = 3;
  BOOST_REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  auto first = probe.start(command({"true"}));
  auto second = probe.start(command({"true"}));
  const auto waited = first.wait_for(700ms);
  ::setrlimit(RLIMIT_NOFILE, &before);
  BOOST_TEST((waited == std::future_status::timeout));
  BOOST_TEST(test::get(std::move(first)).end.ok());
  BOOST_TEST(test::get(std::move(second)).end.ok());
}

// A gibibyte through a consumer on another thread, which gives back what it has used up.
BOOST_AUTO_TEST_CASE(a_gibibyte_is_never_in_memory_at_once) {
  constexpr std::uint64_t credit = 256u << 10;
  auto spec = command({"head", "-c", "1073741824", "/dev/zero"});
  spec.out = io::process_output::chunks;
  spec.credit_bytes = credit;
  spec.output_bytes_max = 0;
  std::mutex gate;
  std::condition_variable changed;
  std::vector<std::string> queue;
  std::uint64_t held = 0;
  std::uint64_t held_max = 0;
  std::uint64_t consumed = 0;
  bool over = false;
  io::process_end end;
  ::signal(SIGCHLD, SIG_DFL);
  io::process_runner runner;
  const auto id = runner.start(
      spec,
      [&](io::process_text text) {
        std::lock_guard lock{gate};
        held += text.bytes;
        held_max = std::max(held_max, held);
        queue.push_back(std::move(text.chunk));
        changed.notify_one();
      },
      [&](io::process_end its) {
        std::lock_guard lock{gate};
        end = std::move(its);
        over = true;
        changed.notify_one();
      });
  for (bool done = false; !done;) {
    std::unique_lock lock{gate};
    BOOST_TEST_REQUIRE(changed.wait_for(lock, 60s, [&] { return over || !queue.empty(); }));
    auto batch = std::exchange(queue, {});
    done = over;
    std::uint64_t bytes = 0;
    for (const auto& each : batch)
      bytes += each.size();
    held -= bytes;
    consumed += bytes;
    lock.unlock();
    runner.more(id, bytes);
  }
  BOOST_TEST(end.ok());
  BOOST_TEST(consumed == 1u << 30);
  BOOST_TEST(end.out_bytes == 1u << 30);
  // The credit, one read beyond it, and at the end what the pipe held.
  BOOST_TEST(held_max <= credit + 2 * (64u << 10));
}

BOOST_AUTO_TEST_SUITE_END()
