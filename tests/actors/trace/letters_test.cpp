// SPDX-License-Identifier: BSD-3-Clause
// What an observer of letters is told, on real threads and step by step.
#include "actors/trace/letters.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <unistd.h>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include "actors/bank/race.hpp"
#include "domain/bank/race.hpp"
#include "io/trace/recorder.hpp"

using namespace troupe;
namespace json = boost::json;

namespace {

// Notes what it is told; one system at a time, so that no two threads do.
struct notebook final : runtime::letter_observer {
  void sent(const void* letter) override { ++under_way[letter]; }
  void begins(const void* letter, std::uint64_t& mark, std::string_view name, std::uint64_t id,
              std::string_view message) override {
    if (mark == 0)
      mark = 100 + ++actors;
    known_before += under_way.count(letter);
    under_way.erase(letter);
    handled.push_back(std::string{name} + " " + std::string{message});
    open.push_back(mark);
    ids[mark] = id;
  }
  void ends(std::uint64_t mark, std::string_view message) override {
    ends_as_it_began +=
        !open.empty() && open.back() == mark && handled.back().ends_with(std::string{message});
    open.pop_back();
  }
  std::map<const void*, int> under_way;
  std::map<std::uint64_t, std::uint64_t> ids;
  std::vector<std::string> handled;
  std::vector<std::uint64_t> open;
  std::uint64_t actors = 0, known_before = 0, ends_as_it_began = 0;
};

struct watched {
  explicit watched(runtime::letter_observer* to) { runtime::observe_letters(to); }
  ~watched() { runtime::observe_letters(nullptr); }
};

bool handled(const notebook& n, const std::string& what) {
  return std::find(n.handled.begin(), n.handled.end(), what) != n.handled.end();
}

} // namespace

BOOST_AUTO_TEST_CASE(each_letter_is_told_when_sent_and_when_handled) {
  notebook n;
  bank::race_plan plan;
  plan.pause = std::chrono::milliseconds{1};
  std::uint64_t tried = 0;
  {
    const watched on{&n};
    const auto all = bank::explore_orders(plan, bank::actor_manner::one_message, 3);
    if (!all.drawn)
      return; // an actor library whose actors are not watched
    tried = all.tried;
  }
  BOOST_TEST(tried == 3u);
  BOOST_TEST(handled(n, "account withdraw"));
  BOOST_TEST(handled(n, "teller account_slip")); // answers are letters too
  BOOST_TEST(n.known_before == n.handled.size());
  BOOST_TEST(n.ends_as_it_began == n.handled.size());
  BOOST_TEST(n.open.empty());
  BOOST_TEST(n.ids.size() == n.actors);
  const auto so_far = n.handled.size();
  bank::explore_orders(plan, bank::actor_manner::one_message, 1);
  BOOST_TEST(n.handled.size() == so_far); // nobody asked
}

BOOST_AUTO_TEST_CASE(a_race_of_actors_is_a_timeline_of_arrows) {
  const auto path = "/tmp/troupe_letters_test." + std::to_string(::getpid());
  trace::start("test");
  bank::race_plan plan;
  plan.pause = std::chrono::milliseconds{1};
  {
    const watched on{&trace::letters_told()};
    bank::race_actors(plan, bank::actor_manner::one_message);
  }
  std::size_t left_out = 0;
  BOOST_TEST(trace::finish(path, left_out) == "");
  std::ifstream in{path};
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  ::unlink(path.c_str());
  std::map<std::string, int> arrows;
  int to_account = 0;
  std::map<std::int64_t, std::string> rows;
  const auto parsed = json::parse(text);
  const auto& events = parsed.at("traceEvents").as_array();
  for (const auto& e : events)
    if (e.at("name") == "thread_name")
      rows[e.at("tid").as_int64()] = e.at("args").at("name").as_string().c_str();
  for (const auto& e : events)
    if (e.at("ph") == "f") {
      ++arrows[e.at("name").as_string().c_str()];
      to_account += rows[e.at("tid").as_int64()].starts_with("account ");
    }
  if (arrows.empty())
    return; // likewise
  BOOST_TEST(arrows["withdraw"] == 2);
  BOOST_TEST(arrows["account_slip"] >= 2);
  BOOST_TEST(to_account >= 2);
}
