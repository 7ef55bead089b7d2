// SPDX-License-Identifier: BSD-3-Clause
// The trio's actors on a simulated clock.

#include <chrono>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "actors/gateway/collector.hpp"
#include "actors/gateway/source.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"
#include "runtime/test_system.hpp"

using namespace troupe;
using namespace troupe::gateway;
using std::chrono::milliseconds;

namespace {

/// A collector whose sources read as they are told to, 100, 200 and 300 ms after they are asked.
struct house {
  std::array<source_port, sources> read;
  std::map<std::uint64_t, std::vector<trio_answer>> answers;
  std::vector<std::string> gone;
  int starts = 0;
  runtime::test_system<caf::id_block::troupe> actors;
  collector_actor head;

  explicit house(std::uint64_t seed = 0, milliseconds deadline = milliseconds{1000})
      : actors(seed) {
    for (std::size_t i = 0; i < sources; ++i)
      read[i] = gives(std::string{to_string(static_cast<source_kind>(i))} + " result");
    head = runtime::spawn<collector>(
        actors.system(),
        collector_port{[this](collector_actor::pointer self, source_kind which) {
                         ++starts;
                         const auto i = static_cast<std::size_t>(which);
                         // Looked up at each reading, so that a test may change its mind.
                         return runtime::spawn<source>(
                             self, source_port{[this, i](auto done) { read[i](std::move(done)); }},
                             caf::timespan{milliseconds{100 * (i + 1)}});
                       },
                       [this](std::uint64_t ticket, trio_answer a) {
                         answers[ticket].push_back(std::move(a));
                       },
                       [this](std::string why) { gone.push_back(std::move(why)); }},
        caf::timespan{deadline});
    actors.run();
  }
  ~house() {
    runtime::stop(head);
    head = nullptr;
    actors.run();
  }
  static source_port gives(std::string text) {
    return [text](const std::function<void(source_read)>& done) { done({text, {}, false, 0}); };
  }
  void pass(int ms) {
    for (int i = 0; i < ms; i += 10) {
      actors.advance(milliseconds{10});
      actors.run();
    }
  }
  void ask(std::uint64_t ticket) {
    runtime::post(head, trio_wanted{ticket});
    actors.run();
  }
};

} // namespace

BOOST_AUTO_TEST_CASE(three_together_take_as_long_as_the_slowest) {
  house h;
  h.ask(1);
  h.pass(290);
  BOOST_TEST(h.answers.empty());
  h.pass(10);
  BOOST_REQUIRE(h.answers[1].size() == 1u);
  const auto& a = h.answers[1].front();
  BOOST_TEST(a.parts[0].text == "file result");
  BOOST_TEST(a.parts[1].text == "db result");
  BOOST_TEST(a.parts[2].text == "api result");
  BOOST_TEST(a.parts[0].took_ms == 100u);
  BOOST_TEST(a.parts[1].took_ms == 200u);
  BOOST_TEST(a.parts[2].took_ms == 300u);
}

BOOST_AUTO_TEST_CASE(two_hundred_at_once_take_no_longer) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    house h{seed};
    for (std::uint64_t ticket = 1; ticket <= 200; ++ticket)
      runtime::post(h.head, trio_wanted{ticket});
    h.actors.run();
    h.pass(310);
    BOOST_TEST(h.answers.size() == 200u);
    for (const auto& [ticket, list] : h.answers)
      BOOST_TEST(list.size() == 1u, ticket);
  }
}

BOOST_AUTO_TEST_CASE(what_failed_is_named_beside_what_did_not) {
  house h;
  h.read[1] = [](const std::function<void(source_read)>& done) {
    done({{}, "no such table", false, 0});
  };
  h.ask(1);
  h.pass(300);
  BOOST_REQUIRE(h.answers[1].size() == 1u);
  const auto& a = h.answers[1].front();
  BOOST_TEST(a.parts[0].text == "file result");
  BOOST_TEST(a.parts[1].error == "no such table");
  BOOST_TEST(!a.parts[1].late);
  BOOST_TEST(a.parts[2].text == "api result");
}

BOOST_AUTO_TEST_CASE(one_that_never_answers_is_late_and_its_late_answer_goes_nowhere) {
  house h;
  std::function<void(source_read)> kept;
  h.read[2] = [&](std::function<void(source_read)> done) { kept = std::move(done); };
  h.ask(1);
  h.pass(990);
  BOOST_TEST(h.answers.empty());
  h.pass(20);
  BOOST_REQUIRE(h.answers[1].size() == 1u);
  BOOST_TEST(h.answers[1].front().parts[2].late);
  BOOST_TEST(h.answers[1].front().parts[0].text == "file result");
  BOOST_REQUIRE(kept);
  kept({"too late", {}, false, 0});
  kept = nullptr;
  h.actors.run();
  BOOST_TEST(h.answers[1].size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_source_that_dies_is_named_and_replaced) {
  house h;
  const auto whole = h.read[0];
  h.read[0] = [](const std::function<void(source_read)>&) {
    throw std::runtime_error("disk on fire");
  };
  h.ask(1);
  h.pass(300);
  BOOST_REQUIRE(h.answers[1].size() == 1u);
  BOOST_TEST(!h.answers[1].front().parts[0].error.empty());
  BOOST_TEST(h.answers[1].front().parts[1].text == "db result");
  BOOST_TEST(h.starts == 4);
  h.read[0] = whole;
  h.ask(2);
  h.pass(300);
  BOOST_REQUIRE(h.answers[2].size() == 1u);
  BOOST_TEST(h.answers[2].front().parts[0].text == "file result");
  BOOST_TEST(h.gone.empty());
}

BOOST_AUTO_TEST_CASE(what_nobody_waits_for_is_not_answered) {
  house h;
  h.ask(1);
  h.pass(50);
  runtime::post(h.head, trio_dropped{1});
  h.pass(300);
  BOOST_TEST(h.answers.empty());
}

BOOST_AUTO_TEST_CASE(the_end_is_told_once) {
  house h;
  runtime::stop(h.head);
  h.actors.run();
  BOOST_TEST(h.gone.size() == 1u);
}
