// SPDX-License-Identifier: BSD-3-Clause
// What becomes of the processes when one of them is killed.

#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "baselines/primes/engine.hpp"
#include "io/primes/child_process.hpp"
#include "io/primes/forked.hpp"
#include "tests/support/prime_pipe.hpp"

using namespace troupe;
using namespace std::chrono_literals;

namespace {

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> all;
  std::ifstream in{"/proc/" + std::to_string(parent) + "/task/" + std::to_string(parent)
                   + "/children"};
  for (pid_t p = 0; in >> p;)
    all.push_back(p);
  return all;
}

// Gone, or dead and not yet waited for by whoever inherited it.
bool is_dead(pid_t p) {
  std::ifstream in{"/proc/" + std::to_string(p) + "/stat"};
  std::stringstream text;
  text << in.rdbuf();
  const auto name_end = text.str().rfind(')');
  return name_end == std::string::npos || text.str().substr(name_end + 2, 1) == "Z";
}

template <class Condition>
bool within(std::chrono::seconds time, Condition condition) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
    if (condition())
      return true;
    std::this_thread::sleep_for(5ms);
  }
  return condition();
}

io::prime_plan slow_plan() {
  io::prime_plan plan;
  plan.job.how = primes::method::trial;
  plan.workers = 2;
  return plan;
}

std::string times(int n, const std::string& line) {
  std::string all;
  for (int i = 0; i < n; ++i)
    all += line + "\n";
  return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(prime_processes)

BOOST_AUTO_TEST_CASE(a_worker_that_is_killed_is_replaced_and_its_numbers_are_checked_again) {
  const std::string number = "112272535095293";
  // In a process of its own, whose only children are the workers.
  io::child_process trial{[&](int socket) {
    auto plan = slow_plan();
    plan.block_deaths_max = 10; // above what may befall one block here
    const auto got = test::check_text(baselines::check_processes, plan, times(150, number));
    const bool right = got.text == times(150, number + " prime") && got.sum.error.empty();
    return io::send_all(socket, right ? "1" : "0", 1) ? 0 : 1;
  }};
  int killed = 0;
  while (killed < 5) {
    const auto workers = children_of(trial.pid());
    pollfd done{trial.socket(), POLLIN, 0};
    if (::poll(&done, 1, 0) != 0)
      break;
    if (!workers.empty()
        && ::kill(workers[static_cast<std::size_t>(killed) % workers.size()], SIGKILL) == 0)
      ++killed;
    std::this_thread::sleep_for(30ms);
  }
  char verdict = '?';
  BOOST_REQUIRE(::read(trial.socket(), &verdict, 1) == 1);
  BOOST_TEST(verdict == '1');
  BOOST_TEST(killed > 0);
}

BOOST_AUTO_TEST_CASE(workers_that_always_die_end_the_run_with_a_reason) {
  io::child_process trial{[&](int socket) {
    auto plan = slow_plan();
    plan.restarts_max = 3;
    const auto got =
        test::check_text(baselines::check_processes, plan, times(20'000, "112272535095293"));
    return io::send_all(socket, got.sum.error.data(), got.sum.error.size()) ? 0 : 1;
  }};
  pollfd done{trial.socket(), POLLIN, 0};
  for (int i = 0; i < 1000 && ::poll(&done, 1, 10) == 0; ++i)
    for (const auto w : children_of(trial.pid()))
      ::kill(w, SIGKILL);
  char text[200] = {};
  BOOST_REQUIRE(::read(trial.socket(), text, sizeof text - 1) > 0);
  BOOST_TEST(std::string{text}.starts_with("gave up: a worker process died, after 3 others"));
}

BOOST_AUTO_TEST_CASE(
    a_worker_found_dead_when_it_gets_a_block_is_replaced_though_nothing_else_comes) {
  io::child_process trial{[](int socket) {
    auto plan = slow_plan(); // a line a block
    plan.workers = 1;
    io::prime_setting setting;
    setting.in = setting.out = socket;
    bool first = true;
    setting.before_output = [&first] {
      const auto workers = children_of(::getpid());
      if (!std::exchange(first, false) || workers.empty())
        return;
      ::kill(workers[0], SIGKILL);
      within(5s, [&] { return is_dead(workers[0]); });
    };
    return baselines::check_processes(plan, setting).error.empty() ? 0 : 1;
  }};
  const std::string expected = "7 prime\n9 composite\n11 prime\n";
  BOOST_REQUIRE(io::send_all(trial.socket(), "7\n9\n11\n", 7));
  std::string got;
  char piece[100];
  for (pollfd some{trial.socket(), POLLIN, 0}; got.size() < expected.size();) {
    BOOST_REQUIRE(::poll(&some, 1, 10'000) == 1); // the input goes on, and says nothing
    const auto size = ::read(trial.socket(), piece, sizeof piece);
    BOOST_REQUIRE(size > 0);
    got.append(piece, static_cast<std::size_t>(size));
  }
  BOOST_TEST(got == expected);
}

BOOST_AUTO_TEST_CASE(a_stop_is_heard_while_a_worker_that_sleeps_does_not_take_its_block) {
  io::child_process trial{[](int socket) {
    io::prime_plan plan;
    plan.workers = 1;
    plan.job.line_bytes_max = 4'000'000;
    io::prime_setting setting;
    setting.in = setting.out = socket;
    std::stop_source stop;
    setting.stop = stop.get_token();
    const std::jthread later{[&stop] {
      std::this_thread::sleep_for(1500ms);
      stop.request_stop();
    }};
    return baselines::check_processes(plan, setting).interrupted ? 0 : 1;
  }};
  BOOST_REQUIRE(within(1s, [&] { return children_of(trial.pid()).size() == 1; }));
  const auto worker = children_of(trial.pid())[0];
  BOOST_REQUIRE(::kill(worker, SIGSTOP) == 0);
  const auto line = std::string(2'000'000, '7') + "\n"; // more than a socket holds
  BOOST_REQUIRE(io::send_all(trial.socket(), line.data(), line.size()));
  pollfd end{trial.socket(), POLLIN, 0};
  BOOST_REQUIRE(::poll(&end, 1, 10'000) == 1);
  char nothing = 0;
  BOOST_TEST(::read(trial.socket(), &nothing, 1) == 0);
  BOOST_TEST(within(5s, [worker] { return is_dead(worker); }));
}

BOOST_AUTO_TEST_CASE(no_worker_survives_a_parent_that_is_killed) {
  for (const int signal : {SIGKILL, SIGTERM}) {
    std::vector<pid_t> workers;
    {
      // A proof that cannot be interrupted, and workers who wait for work.
      io::child_process parent{[](int) {
        test::check_text(baselines::check_processes, slow_plan(), "18446744073709551557\n");
        return 0;
      }};
      BOOST_REQUIRE(within(10s, [&] { return children_of(parent.pid()).size() == 2; }));
      std::this_thread::sleep_for(50ms); // let one begin to divide
      workers = children_of(parent.pid());
      BOOST_REQUIRE(::kill(parent.pid(), signal) == 0);
    }
    for (const auto w : workers)
      BOOST_TEST(within(5s, [w] { return is_dead(w); }), "worker " << w << " lives");
  }
}

BOOST_AUTO_TEST_CASE(a_forked_job_answers_or_is_killed_or_is_missed) {
  BOOST_TEST(io::run_forked([] { return std::string(300'000, 'x'); }, {}).value()
             == std::string(300'000, 'x'));
  BOOST_TEST(io::run_forked([] { return std::string{}; }, {}).value() == "");
  BOOST_CHECK_THROW(io::run_forked(
                        []() -> std::string {
                          ::raise(SIGKILL);
                          return "";
                        },
                        {}),
                    io::worker_died);
  BOOST_CHECK_THROW(io::run_forked([]() -> std::string { throw std::bad_alloc(); }, {}),
                    io::worker_died);
  std::stop_source stop;
  std::jthread later{[&stop] {
    std::this_thread::sleep_for(100ms);
    stop.request_stop();
  }};
  const auto begun = std::chrono::steady_clock::now();
  const auto result = io::run_forked(
      [] {
        for (volatile bool on = true; on;) {
        }
        return std::string{};
      },
      stop.get_token());
  BOOST_TEST(!result.has_value());
  BOOST_TEST((std::chrono::steady_clock::now() - begun < 5s));
  BOOST_TEST((::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD)); // none is left
}

BOOST_AUTO_TEST_CASE(a_forked_job_dies_with_the_process_whose_thread_forked_it) {
  pid_t job = 0;
  {
    io::child_process parent{[](int) {
      // Forked by a thread that goes on living, in a process that is killed.
      std::jthread thread{[] {
        io::run_forked(
            [] {
              for (volatile bool on = true; on;) {
              }
              return std::string{};
            },
            {});
      }};
      std::this_thread::sleep_for(60s);
      return 0;
    }};
    const auto find_job = [&] {
      // Children are listed by the thread that forked them.
      const auto threads = "/proc/" + std::to_string(parent.pid()) + "/task";
      for (const auto& thread : std::filesystem::directory_iterator(threads))
        if (std::ifstream in{thread.path() / "children"}; in >> job)
          return true;
      return false;
    };
    BOOST_REQUIRE(within(10s, find_job));
    std::this_thread::sleep_for(50ms);
  }
  BOOST_TEST(within(5s, [job] { return is_dead(job); }), "job " << job << " lives");
}

BOOST_AUTO_TEST_SUITE_END()
