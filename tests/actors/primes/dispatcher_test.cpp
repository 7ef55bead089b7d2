// SPDX-License-Identifier: BSD-3-Clause
// The dispatcher and its checkers over requests of plain numbers, stepped in orders drawn from a
// seed.

#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>

#include <boost/test/unit_test.hpp>

#include <caf/scoped_actor.hpp>

#include "actors/primes/checker.hpp"
#include "actors/primes/dispatcher.hpp"
#include "actors/primes/supervisor.hpp"
#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"
#include "runtime/test_system.hpp"

using namespace troupe;
using namespace troupe::primes;

namespace troupe::primes {

// Asks once, and keeps the answer where the test can see it.
struct asker {
  static constexpr const char* name = "asker";
  asker(check_progress_actor::pointer self, dispatcher_actor dispatcher, check_primes question,
        std::function<void(std::optional<primes_checked>)> told)
      : self_(self), dispatcher_(std::move(dispatcher)), question_(std::move(question)),
        told_(std::move(told)) {}
  check_progress_actor::behavior_type make_behavior() {
    runtime::request(self_, dispatcher_, std::chrono::hours(1), question_)
        .then([this](const primes_checked& x) { told_(x); },
              [this](const caf::error&) { told_(std::nullopt); });
    return {[](check_tick) {}};
  }
  check_progress_actor::pointer self_;
  dispatcher_actor dispatcher_;
  check_primes question_;
  std::function<void(std::optional<primes_checked>)> told_;
};

} // namespace troupe::primes

namespace {

// The made-up truth: even numbers are prime, and large ones whose digits end in 7.
verdict truth(std::uint64_t n) { return n % 2 == 0 ? verdict::prime : verdict::composite; }
verdict truth(const std::string& digits) {
  return digits.ends_with('7') ? verdict::probable_prime : verdict::composite;
}

struct request_run {
  runtime::test_system<caf::id_block::troupe> actors;
  std::map<std::uint64_t, int> checks;
  std::function<void(std::uint64_t)> before_check;
  check_supervisor_actor head;
  dispatcher_actor dispatcher;
  std::vector<check_progress_actor> askers;
  std::map<std::uint64_t, std::optional<primes_checked>> answers; // by job

  explicit request_run(std::uint64_t seed, crew_limits crew = {}) : actors(seed) {
    check_ports ports;
    ports.check_numbers = [this](const number_list& list, method) {
      std::vector<verdict> v;
      for (const auto n : list.numbers) {
        ++checks[n];
        if (before_check)
          before_check(n);
        v.push_back(truth(n));
      }
      for (const auto& x : list.large)
        v[x.at] = truth(x.digits);
      return v;
    };
    head = runtime::spawn<supervisor>(actors.system(), ports, crew, std::optional<io::prime_plan>{},
                                      std::function<void(stream_ended)>{});
    caf::scoped_actor me{actors.system()};
    runtime::send(me.ptr(), head, dispatcher_wanted{});
    actors.run();
    me->receive([this](const dispatcher_known& x) { dispatcher = x.who; });
  }
  ~request_run() {
    for (const auto& a : askers)
      runtime::stop(a);
    askers.clear();
    dispatcher = nullptr;
    runtime::stop(head);
    head = nullptr;
    actors.run();
  }
  void ask(check_primes question) {
    const auto job = question.job;
    askers.push_back(runtime::spawn<asker>(
        actors.system(), dispatcher, std::move(question),
        std::function<void(std::optional<primes_checked>)>{
            [this, job](std::optional<primes_checked> x) { answers[job] = std::move(x); }}));
  }
};

check_primes question(std::uint64_t job, std::uint64_t first, std::size_t count) {
  check_primes q;
  q.job = job;
  for (std::size_t i = 0; i < count; ++i) {
    const bool large = i % 13 == 5;
    q.list.numbers.push_back(large ? 0 : first + i);
    if (large)
      q.list.large.push_back(
          {static_cast<std::uint32_t>(i), "1234567890123456789012" + std::to_string(first + i)});
  }
  return q;
}

verdict expected(const check_primes& q, std::size_t i) {
  for (const auto& x : q.list.large)
    if (x.at == i)
      return truth(x.digits);
  return truth(q.list.numbers[i]);
}

} // namespace

BOOST_AUTO_TEST_SUITE(prime_requests)

BOOST_AUTO_TEST_CASE(verdicts_come_in_the_order_of_the_numbers) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      request_run run{seed};
      std::vector<check_primes> asked;
      for (std::uint64_t job = 1; job <= 4; ++job) {
        asked.push_back(question(job, job * 1000, 10 + 40 * (job - 1)));
        run.ask(asked.back());
      }
      run.actors.run();
      for (const auto& q : asked) {
        BOOST_REQUIRE(run.answers[q.job].has_value());
        const auto& v = run.answers[q.job]->verdicts;
        BOOST_REQUIRE(v.size() == q.list.numbers.size());
        for (std::size_t i = 0; i < v.size(); ++i)
          BOOST_TEST((v[i] == expected(q, i)), "job " << q.job << " number " << i);
        BOOST_TEST(run.answers[q.job]->lost.empty());
      }
      for (const auto& [n, times] : run.checks) // twice, if an idle one took it too late
        BOOST_TEST((n == 0 || times == 1 || times == 2), n);
    }
  }
}

BOOST_AUTO_TEST_CASE(checkers_that_die_now_and_then_change_nothing) {
  int deaths = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      request_run run{seed};
      std::mt19937_64 draw{seed};
      run.before_check = [&](std::uint64_t n) {
        if (n != 0 && run.checks[n] == 1 && draw() % 20 == 0) {
          ++deaths;
          throw std::runtime_error("planted");
        }
      };
      // One number a batch, so that the number that kills is the batch's only one.
      const auto q = question(1, 1000, 12);
      run.ask(q);
      run.actors.run();
      BOOST_REQUIRE(run.answers[1].has_value());
      for (std::size_t i = 0; i < 12; ++i)
        BOOST_TEST((run.answers[1]->verdicts[i] == expected(q, i)), i);
    }
  }
  BOOST_TEST(deaths > 10);
}

BOOST_AUTO_TEST_CASE(a_number_that_kills_every_checker_is_lost_and_no_other) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      request_run run{seed};
      run.before_check = [](std::uint64_t n) {
        if (n == 1003)
          throw std::runtime_error("planted");
      };
      const auto q = question(1, 1000, 12);
      run.ask(q);
      run.actors.run();
      BOOST_REQUIRE(run.answers[1].has_value());
      BOOST_TEST(run.answers[1]->lost == std::vector<std::uint32_t>{3},
                 boost::test_tools::per_element());
      BOOST_TEST((run.checks[1003] == 3 || run.checks[1003] == 4)); // 4: in two hands at once
      for (std::size_t i = 0; i < 12; ++i)
        BOOST_TEST((run.answers[1]->verdicts[i] == (i == 3 ? verdict::cancelled : expected(q, i))),
                   i);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_canceled_is_answered_at_once_and_the_rest_goes_on) {
  int cut_short = 0, spared = 0; // runs with numbers not answered, and not even checked
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      request_run run{seed};
      const auto one = question(1, 1000, 200), two = question(2, 5000, 50);
      run.ask(one);
      run.ask(two);
      for (std::uint64_t i = 0; i < 6 + seed % 20; ++i)
        run.actors.step();
      runtime::post(run.dispatcher, cancel_check{1});
      run.actors.run();
      BOOST_REQUIRE(run.answers[1].has_value());
      bool some_cancelled = false;
      for (std::size_t i = 0; i < 200; ++i) {
        const auto v = run.answers[1]->verdicts[i];
        BOOST_TEST((v == verdict::cancelled || v == expected(one, i)), i);
        some_cancelled = some_cancelled || v == verdict::cancelled;
      }
      cut_short += some_cancelled ? 1 : 0;
      // Its numbers are from 1000 on, every 13th of them a large one.
      const auto checked =
          std::distance(run.checks.lower_bound(1000), run.checks.lower_bound(1200));
      spared += checked < 200 - 16 ? 1 : 0;
      BOOST_REQUIRE(run.answers[2].has_value());
      for (std::size_t i = 0; i < 50; ++i)
        BOOST_TEST((run.answers[2]->verdicts[i] == expected(two, i)), i);
    }
  }
  BOOST_TEST(cut_short > 30);
  BOOST_TEST(spared > 10);
}

BOOST_AUTO_TEST_CASE(an_answer_that_comes_twice_or_late_is_taken_once) {
  request_run run{1};
  const auto q = question(1, 1000, 40);
  run.ask(q);
  run.actors.run();
  for (std::uint64_t batch = 0; batch < 50; ++batch)
    runtime::post(run.dispatcher, numbers_done{batch, {verdict::probable_prime}});
  run.ask(question(2, 2000, 40));
  run.actors.run();
  BOOST_REQUIRE(run.answers[1].has_value());
  BOOST_REQUIRE(run.answers[2].has_value());
  for (std::size_t i = 0; i < 40; ++i)
    BOOST_TEST((run.answers[1]->verdicts[i] == expected(q, i)), i);
}

BOOST_AUTO_TEST_CASE(lists_that_are_malformed_or_too_long_are_refused) {
  crew_limits crew;
  crew.request_numbers_max = 100;
  crew.request_bytes_max = 50;
  request_run run{1, crew};
  auto twice = question(1, 1000, 10);
  twice.list.large = {{5, "7"}, {5, "7"}};
  auto outside = question(2, 1000, 10);
  outside.list.large = {{10, "7"}};
  auto heavy = question(3, 1000, 10);
  heavy.list.large = {{5, std::string(51, '7')}};
  for (auto& q : {twice, outside, heavy, question(4, 1000, 101)})
    run.ask(q);
  run.ask(question(5, 1000, 0));
  run.actors.run();
  for (std::uint64_t job = 1; job <= 4; ++job) {
    BOOST_REQUIRE(run.answers.contains(job));
    BOOST_TEST(!run.answers[job].has_value(), job);
  }
  BOOST_REQUIRE(run.answers[5].has_value());
  BOOST_TEST(run.answers[5]->verdicts.empty());
}

BOOST_AUTO_TEST_SUITE_END()
