// SPDX-License-Identifier: BSD-3-Clause
// What programs get from us, and what they leave with us: descriptors, signals, zombies.
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <thread>

#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/support/process_probe.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using ending = io::process_end::ending;
using test::command;
using test::process_probe;
using test::shell;
using lines = std::vector<std::string>;

namespace {

// What process_subject says when nothing of ours has reached it.
const lines clean{"descriptors 0 1 2", "blocked", "SIGPIPE default", "group own",
                  "at the parent's death 9"};

// Opens and closes descriptors that programs inherit, until it is destroyed.
class careless_thread {
public:
  careless_thread()
      : thread_([this] {
          while (!stop_) {
            int ends[2];
            if (::pipe(ends) == 0) {
              ::close(::dup(ends[0]));
              ::close(ends[0]);
              ::close(ends[1]);
            }
          }
        }) {}
  ~careless_thread() {
    stop_ = true;
    thread_.join();
  }

private:
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(process_hygiene)

BOOST_AUTO_TEST_CASE(programs_get_nothing_of_ours) {
  const auto old_pipe = ::signal(SIGPIPE, SIG_IGN);
  sigset_t blocked;
  sigset_t before;
  sigfillset(&blocked);
  pthread_sigmask(SIG_SETMASK, &blocked, &before); // the runner's thread inherits it
  const int left_open = ::open("/dev/null", O_RDONLY);
  const auto got = process_probe{}.run(command({PROCESS_SUBJECT, "look"}));
  ::close(left_open);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::signal(SIGPIPE, old_pipe);
  BOOST_TEST(got.out == clean, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(descriptors_that_others_open_meanwhile_do_not_leak) {
  careless_thread one;
  careless_thread another;
  process_probe probe;
  std::vector<std::future<test::heard>> all;
  for (int i = 0; i < 100; ++i)
    all.push_back(probe.start(command({PROCESS_SUBJECT, "look"})));
  for (auto& each : all)
    BOOST_TEST(test::get(std::move(each)).out == clean, boost::test_tools::per_element());
}

// A handler of ours must never run in the child, which still has our memory.
BOOST_AUTO_TEST_CASE(handlers_of_ours_do_not_run_in_programs) {
  static std::atomic<int> strangers{0};
  static const pid_t me = ::getpid();
  struct sigaction handler {};
  struct sigaction before {};
  handler.sa_handler = [](int) { strangers += ::getpid() != me; };
  handler.sa_flags = SA_RESTART;
  ::sigaction(SIGUSR1, &handler, &before);
  std::atomic<bool> stop{false};
  std::thread sender{[&] {
    while (!stop) {
      ::kill(me, SIGUSR1);
      std::this_thread::sleep_for(50us);
    }
  }};
  process_probe probe;
  for (int i = 0; i < 100; ++i)
    BOOST_TEST(probe.run(command({"true"})).end.ok());
  stop = true;
  sender.join();
  ::sigaction(SIGUSR1, &before, nullptr);
  BOOST_TEST(strangers == 0);
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
  BOOST_TEST_REQUIRE((done.get_future().wait_for(100s) == std::future_status::ready));
  BOOST_TEST(good == count - count / 100);
  BOOST_TEST(test::open_descriptors() == before);
  BOOST_TEST(test::zombie_children() == 0u);
}

BOOST_AUTO_TEST_CASE(too_few_descriptors_make_it_slower_and_no_failure) {
  process_probe probe;
  probe.run(command({"true"}));
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit low = before;
  low.rlim_cur = test::open_descriptors() + 20;
  ::setrlimit(RLIMIT_NOFILE, &low);
  std::vector<std::future<test::heard>> all;
  for (int i = 0; i < 40; ++i)
    all.push_back(probe.start(shell("sleep 0.02; echo x")));
  int good = 0;
  for (auto& each : all) {
    const auto got = test::get(std::move(each));
    good += got.end.ok() && got.out == lines{"x"};
  }
  ::setrlimit(RLIMIT_NOFILE, &before);
  BOOST_TEST(good == 40);
}

BOOST_AUTO_TEST_CASE(two_runners_do_not_take_each_others_programs) {
  process_probe one;
  process_probe other;
  std::vector<std::future<test::heard>> all;
  for (int i = 0; i < 100; ++i) {
    all.push_back(one.start(shell("exit 1")));
    all.push_back(other.start(shell("exit 2")));
  }
  for (std::size_t i = 0; i < all.size(); ++i)
    BOOST_TEST(test::get(std::move(all[i])).end.code == (i % 2 == 0 ? 1 : 2));
}

BOOST_AUTO_TEST_CASE(works_where_our_own_standard_descriptors_are_closed) {
  const auto got =
      process_probe{}.run(command({"sh", "-c", "exec \"$0\" chain <&- 2>&-", PROCESS_SUBJECT}));
  BOOST_TEST(got.out == clean, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
