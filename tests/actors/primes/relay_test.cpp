// SPDX-License-Identifier: BSD-3-Clause
// A relay before dispatchers that come and go, and supervisors that share one: what must hold in
// orders drawn from a seed.

#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <caf/actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include "actors/primes/dispatcher.hpp"
#include "actors/primes/relay.hpp"
#include "actors/primes/supervisor.hpp"
#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"
#include "runtime/test_system.hpp"

using namespace troupe;
using namespace troupe::primes;

namespace {

using no_plan = std::optional<io::prime_plan>;
using on_end = std::function<void(stream_ended)>;

// What came of a question: an answer, or an error in words.
struct outcome {
  int times = 0;
  std::string text;
  std::vector<verdict> verdicts;
  std::string error;
};

template <class Question, class Answer>
struct one_asker {
  static constexpr const char* name = "asker";
  one_asker(check_progress_actor::pointer self, dispatcher_actor whom, Question question,
            outcome* out)
      : self_(self), whom_(std::move(whom)), question_(std::move(question)), out_(out) {}
  check_progress_actor::behavior_type make_behavior() {
    runtime::request(self_, whom_, std::chrono::hours(1000), question_)
        .then([this](const Answer& x) { take(x); },
              [this](const caf::error& why) {
                ++out_->times;
                out_->error = runtime::text(self_->system(), why);
              });
    return {[](check_tick) {}};
  }
  void take(const lines_checked& x) {
    ++out_->times;
    out_->text = x.answer->text;
  }
  void take(const primes_checked& x) {
    ++out_->times;
    out_->verdicts = x.verdicts;
  }
  check_progress_actor::pointer self_;
  dispatcher_actor whom_;
  Question question_;
  outcome* out_;
};

struct world {
  runtime::test_system<caf::id_block::troupe> actors;
  std::mt19937_64 draw;
  std::map<const void*, int> blocks; // by where they are: a copy would be elsewhere
  int checks = 0, checkers_made = 0;
  std::function<void()> before_check;
  crew_limits crew;
  std::vector<check_supervisor_actor> heads;
  std::vector<check_progress_actor> askers;
  std::map<int, outcome> outcomes;

  explicit world(std::uint64_t seed) : actors(seed), draw(seed) { crew.checkers = 2; }
  ~world() {
    for (const auto& a : askers)
      runtime::stop(a);
    for (const auto& h : heads)
      runtime::stop(h);
    askers.clear();
    heads.clear();
    actors.run();
  }
  check_ports ports() {
    check_ports p;
    p.make_line_checker = [this](const line_job& job) {
      ++checkers_made;
      return [this, job](std::string_view lines) {
        check_one();
        ++blocks[lines.data()];
        block_answer a;
        a.text = std::string{lines} + (job.json ? "json" : "plain");
        a.counts.lines = 1;
        return io::timed_answer{a, std::chrono::milliseconds(1)};
      };
    };
    p.give_up = [](const line_job&, std::string_view) { return block_answer{}; };
    p.check_numbers = [this](const number_list& list, method) {
      check_one();
      std::vector<verdict> v;
      for (const auto n : list.numbers)
        v.push_back(n % 2 == 0 ? verdict::prime : verdict::composite);
      return v;
    };
    return p;
  }
  void check_one() {
    ++checks;
    if (before_check)
      before_check();
  }
  std::pair<check_supervisor_actor, dispatcher_actor> coordinator(unsigned checkers) {
    auto limits = crew;
    limits.checkers = checkers;
    heads.push_back(
        runtime::spawn<supervisor>(actors.system(), ports(), limits, no_plan{}, on_end{}));
    caf::scoped_actor me{actors.system()};
    runtime::send(me.ptr(), heads.back(), dispatcher_wanted{});
    dispatcher_actor found;
    bool known = false;
    while (!known && actors.step()) {
      if (me->has_next_message())
        me->receive([&](const dispatcher_known& x) {
          found = x.who;
          known = true;
        });
    }
    return {heads.back(), found};
  }
  void node(const dispatcher_actor& d, unsigned checkers) {
    auto limits = crew;
    limits.checkers = checkers;
    heads.push_back(
        runtime::spawn<supervisor>(actors.system(), ports(), limits, no_plan{}, on_end{}, d));
  }
  void ask_lines(const dispatcher_actor& d, int id, bool json) {
    line_job job;
    job.json = json;
    check_lines q{std::make_shared<const std::string>(std::to_string(id)), job};
    askers.push_back(runtime::spawn<one_asker<check_lines, lines_checked>>(actors.system(), d, q,
                                                                           &outcomes[id]));
  }
  void ask_numbers(const dispatcher_actor& d, int id, std::size_t n) {
    check_primes q;
    q.job = static_cast<std::uint64_t>(id);
    for (std::size_t i = 0; i < n; ++i)
      q.list.numbers.push_back(i);
    askers.push_back(runtime::spawn<one_asker<check_primes, primes_checked>>(actors.system(), d, q,
                                                                             &outcomes[id]));
  }
  crew_report report(const dispatcher_actor& d) {
    caf::scoped_actor me{actors.system()};
    runtime::send(me.ptr(), d, crew_wanted{});
    actors.run();
    crew_report r;
    me->receive([&](const crew_report& x) { r = x; });
    return r;
  }
  void ask_some(const dispatcher_actor& d) {
    for (int id = 1; id <= 8; ++id)
      if (id % 2 == 0)
        ask_lines(d, id, id % 4 == 0);
      else
        ask_numbers(d, id, static_cast<std::size_t>(id) * 6);
  }
  void all_is_answered_once() {
    for (int id = 1; id <= 8; ++id) {
      const auto& o = outcomes[id];
      BOOST_TEST(o.times == 1, id);
      BOOST_TEST(o.error == "", id);
      if (id % 2 == 0) {
        BOOST_TEST(o.text == std::to_string(id) + (id % 4 == 0 ? "json" : "plain"));
        continue;
      }
      BOOST_TEST(o.verdicts.size() == static_cast<std::size_t>(id) * 6);
      for (std::size_t i = 0; i < o.verdicts.size(); ++i)
        BOOST_TEST((o.verdicts[i] == (i % 2 == 0 ? verdict::prime : verdict::composite)));
    }
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(prime_relay)

BOOST_AUTO_TEST_CASE(one_crew_serves_askers_with_other_jobs_from_anywhere) {
  std::uint64_t steals = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      world w{seed};
      const auto dispatcher = w.coordinator(0).second;
      w.ask_some(dispatcher);
      w.node(dispatcher, 2);
      w.node(dispatcher, 1);
      w.actors.run();
      w.all_is_answered_once();
      const auto r = w.report(dispatcher);
      BOOST_TEST(r.checkers == 3u);
      BOOST_TEST(r.batches_waiting + r.batches_held + r.losses == 0u);
      BOOST_TEST(r.checks_done == 6u * 16 + 4);
      BOOST_TEST(static_cast<std::uint64_t>(w.checks) <= r.batches_done + r.steals);
      BOOST_TEST(w.checkers_made <= w.checks);
      steals += r.steals;
    }
  }
  BOOST_TEST(steals > 0u);
}

BOOST_AUTO_TEST_CASE(a_block_is_not_copied_inside_a_process) {
  world w{1};
  const auto dispatcher = w.coordinator(2).second;
  const auto relay = runtime::spawn<primes::relay>(w.actors.system(), w.crew);
  runtime::post(relay, use_dispatcher{dispatcher});
  const auto text = std::make_shared<const std::string>("a block that is longer than a small one");
  w.askers.push_back(runtime::spawn<one_asker<check_lines, lines_checked>>(
      w.actors.system(), relay, check_lines{text, {}}, &w.outcomes[1]));
  w.actors.run();
  BOOST_TEST(w.outcomes[1].times == 1);
  BOOST_TEST(w.blocks.size() == 1u);
  BOOST_TEST(w.blocks[text->data()] == 1);
  runtime::stop(relay);
}

BOOST_AUTO_TEST_CASE(each_asker_gets_one_answer_though_dispatchers_and_checkers_die) {
  int deaths = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      world w{seed};
      int checker_deaths = 0;
      w.before_check = [&] {
        if (checker_deaths < 2 && w.draw() % 15 == 0) {
          ++checker_deaths;
          throw std::runtime_error("planted");
        }
      };
      const auto relay = runtime::spawn<primes::relay>(w.actors.system(), w.crew);
      w.ask_some(relay);
      for (int i = 0; i < 4; ++i) {
        const auto [head, dispatcher] = w.coordinator(1);
        w.node(dispatcher, 1);
        runtime::post(relay, use_dispatcher{dispatcher});
        if (i == 3)
          break;
        for (auto steps = w.draw() % 60; steps > 0; --steps)
          w.actors.step();
        deaths += w.outcomes[8].times == 0 ? 1 : 0;
        if (w.draw() % 3 == 0)
          runtime::post(relay, dispatcher_lost{}); // it is well, but out of reach
        else
          runtime::stop(head);
      }
      w.actors.run();
      w.all_is_answered_once();
      runtime::stop(relay);
    }
  }
  BOOST_TEST(deaths > 100);
}

BOOST_AUTO_TEST_CASE(without_a_dispatcher_for_too_long_all_fails_in_words) {
  world w{1};
  const auto relay = runtime::spawn<primes::relay>(w.actors.system(), w.crew);
  w.ask_lines(relay, 2, false);
  w.actors.run();
  w.actors.advance(std::chrono::seconds(59));
  w.actors.run();
  BOOST_TEST(w.outcomes[2].times == 0);
  w.actors.advance(std::chrono::seconds(2));
  w.actors.run();
  BOOST_TEST(w.outcomes[2].times == 1);
  BOOST_TEST(w.outcomes[2].error.find("no coordinator could be reached for 60 seconds")
             != std::string::npos);
  w.ask_lines(relay, 4, true);
  w.actors.run();
  BOOST_TEST(w.outcomes[4].error != "");
  runtime::post(relay, use_dispatcher{w.coordinator(1).second});
  w.actors.run();
  w.ask_lines(relay, 6, false);
  w.actors.run();
  BOOST_TEST(w.outcomes[6].text == "6plain");
  runtime::stop(relay);
}

BOOST_AUTO_TEST_CASE(a_refusal_is_passed_on_at_once) {
  world w{1};
  w.crew.lines_bytes_max = 0;
  const auto relay = runtime::spawn<primes::relay>(w.actors.system(), w.crew);
  runtime::post(relay, use_dispatcher{w.coordinator(0).second});
  w.ask_lines(relay, 2, false);
  w.actors.run();
  BOOST_TEST(w.outcomes[2].times == 1);
  BOOST_TEST(w.outcomes[2].error.find("more lines are waiting") != std::string::npos,
             w.outcomes[2].error);
  runtime::stop(relay);
}

BOOST_AUTO_TEST_CASE(what_nobody_waits_for_any_more_is_dropped) {
  world w{1};
  w.crew.lines_bytes_max = 3;
  const auto dispatcher = w.coordinator(0).second;
  for (int id = 1; id <= 3; ++id)
    w.ask_lines(dispatcher, id, false);
  w.ask_numbers(dispatcher, 5, 100);
  w.actors.run();
  BOOST_TEST(w.report(dispatcher).batches_waiting > 3u);
  for (const auto& a : w.askers)
    runtime::stop(a);
  w.actors.run();
  BOOST_TEST(w.report(dispatcher).batches_waiting == 0u);
  w.ask_lines(dispatcher, 7, false); // and there is room for other lines
  w.actors.run();
  BOOST_TEST(w.outcomes[7].times == 0);
  BOOST_TEST(w.report(dispatcher).batches_waiting == 1u);
}

BOOST_AUTO_TEST_CASE(a_supervisor_ends_with_the_dispatcher_that_it_was_given) {
  world w{1};
  const auto [head, dispatcher] = w.coordinator(0);
  std::string why;
  auto limits = w.crew;
  w.heads.push_back(runtime::spawn<supervisor>(
      w.actors.system(), w.ports(), limits, no_plan{},
      on_end{[&why](const stream_ended& x) { why = x.error; }}, dispatcher));
  w.actors.run();
  BOOST_TEST(w.report(dispatcher).checkers == 2u);
  runtime::stop(head);
  w.actors.run();
  BOOST_TEST(why.starts_with("the dispatcher died"), why);
}

BOOST_AUTO_TEST_SUITE_END()
