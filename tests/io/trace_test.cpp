// SPDX-License-Identifier: BSD-3-Clause
#include "io/trace/trace.hpp"

#include <condition_variable>
#include <cstdio>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include "io/trace/events.hpp"
#include "io/trace/watched_mutex.hpp"

namespace json = boost::json;
using namespace troupe;

namespace {

struct told {
  json::array events;
  std::int64_t left_out = 0;

  std::vector<json::object> of(const std::string& kind, const std::string& name = "") const {
    std::vector<json::object> found;
    for (const auto& e : events)
      if (e.at("ph").as_string() == kind && (name.empty() || e.at("name").as_string() == name))
        found.push_back(e.as_object());
    return found;
  }
  std::int64_t row(const std::string& name) const {
    for (const auto& e : of("M", "thread_name"))
      if (e.at("args").at("name").as_string() == name)
        return e.at("tid").as_int64();
    return -1;
  }
};

double begin_of(const json::object& e) { return e.at("ts").to_number<double>(); }
double end_of(const json::object& e) { return begin_of(e) + e.at("dur").to_number<double>(); }

const std::string path = "/tmp/troupe_trace_test." + std::to_string(::getpid());

told finish() {
  std::size_t left_out = 0;
  BOOST_TEST(trace::finish(path, left_out) == "");
  std::ifstream in{path};
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  std::remove(path.c_str());
  const auto all = json::parse(text).as_object();
  told t;
  t.events = all.at("traceEvents").as_array();
  t.left_out = all.at("otherData").at("left_out").as_int64();
  BOOST_TEST(t.left_out == static_cast<std::int64_t>(left_out));
  return t;
}

} // namespace

BOOST_AUTO_TEST_CASE(nobody_who_asks_nobody_who_tells) {
  BOOST_TEST(!trace::on());
  bool asked = false;
  {
    const trace::slice s{"work", [&asked] {
                           asked = true;
                           return "";
                         }};
    trace::span under_way{"http", "GET"};
    trace::watched_mutex m{"lock"};
    const std::lock_guard hold{m};
  }
  BOOST_TEST(!asked);
  std::size_t left_out = 7;
  BOOST_TEST(trace::finish("/nowhere/at/all", left_out) == "");
}

BOOST_AUTO_TEST_CASE(slices_are_inside_each_other_and_have_details) {
  trace::start("test");
  {
    const trace::slice outer{"outer", [] { return "with \"quotes\" and \xff"; }};
    const trace::slice inner{[] { return std::string{"inner 1"}; }};
  }
  const auto t = finish();
  const auto outer = t.of("X", "outer").at(0), inner = t.of("X", "inner 1").at(0);
  BOOST_TEST(begin_of(outer) <= begin_of(inner));
  BOOST_TEST(end_of(inner) <= end_of(outer));
  BOOST_TEST(outer.at("tid").as_int64() == t.row("main"));
  BOOST_TEST(outer.at("args").at("what").as_string() == "with \"quotes\" and \xef\xbf\xbd");
  BOOST_TEST(t.of("M", "process_name").at(0).at("args").at("name") == "test");
}

BOOST_AUTO_TEST_CASE(threads_have_rows_of_their_own) {
  trace::start("test");
  {
    std::jthread a{[] {
      trace::name_thread("anna");
      const trace::slice s{"works"};
    }};
    std::jthread b{[] {
      trace::name_thread("bert");
      const trace::slice s{"works"};
    }};
  }
  const auto t = finish();
  std::set<std::int64_t> rows;
  for (const auto& s : t.of("X", "works"))
    rows.insert(s.at("tid").as_int64());
  BOOST_TEST(rows == (std::set{t.row("anna"), t.row("bert")}));
}

BOOST_AUTO_TEST_CASE(a_span_may_end_on_another_thread) {
  trace::start("test");
  trace::span request{"http", "GET", [] { return "http://a.example/"; }};
  std::jthread{[moved = std::move(request)]() mutable { moved.end(); }}.join();
  const auto t = finish();
  const auto b = t.of("b", "GET").at(0), e = t.of("e", "GET").at(0);
  BOOST_TEST(b.at("id") == e.at("id"));
  BOOST_TEST(b.at("cat") == "http");
  BOOST_TEST(b.at("args").at("what") == "http://a.example/");
  BOOST_TEST(begin_of(b) < begin_of(e));
}

BOOST_AUTO_TEST_CASE(a_lock_shows_who_waits_and_who_holds) {
  trace::start("test");
  trace::watched_mutex door{"door"};
  {
    std::unique_lock mine{door};
    std::jthread other{[&door] {
      trace::name_thread("other");
      const std::lock_guard hold{door};
    }};
    // It is seen to wait only if it does: give it the time to come.
    std::this_thread::sleep_for(std::chrono::milliseconds{30});
    mine.unlock();
  }
  const auto t = finish();
  const auto held = t.of("X", "main").at(0), after = t.of("X", "other").at(0);
  BOOST_TEST(held.at("tid").as_int64() == t.row("door: held by"));
  BOOST_TEST(after.at("tid") == held.at("tid"));
  BOOST_TEST(end_of(held) <= begin_of(after));
  const auto waits = t.of("X", "waits for door").at(0);
  BOOST_TEST(waits.at("tid").as_int64() == t.row("other"));
  BOOST_TEST(end_of(waits) >= end_of(held));
}

BOOST_AUTO_TEST_CASE(waiting_for_a_condition_lets_the_lock_go) {
  trace::start("test");
  trace::watched_mutex door{"door"};
  std::condition_variable_any opened;
  bool open = false;
  {
    std::jthread other{[&] {
      trace::name_thread("other");
      std::unique_lock hold{door};
      trace::waiting(
          "waits for the opening", [&] { return open; },
          [&] { opened.wait(hold, [&] { return open; }); });
    }};
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
    {
      const std::lock_guard hold{door};
      open = true;
    }
    opened.notify_all();
  }
  const auto t = finish();
  BOOST_REQUIRE(t.of("X", "waits for the opening").size() == 1u);
  const auto waits = t.of("X", "waits for the opening").at(0);
  BOOST_TEST(end_of(waits) - begin_of(waits) > 1'000.0);
  for (const auto& s : t.of("X", "other")) // held before and after, not meanwhile
    BOOST_TEST(end_of(s) - begin_of(s) < end_of(waits) - begin_of(waits));
  BOOST_TEST(t.of("X", "other").size() == 2u);
}

BOOST_AUTO_TEST_CASE(many_locks_are_held_in_the_rows_of_their_holders) {
  trace::start("test");
  std::mutex a, b;
  {
    const trace::told_lock lower{a, "account", 3};
    const trace::told_lock higher{b, "account", 5};
  }
  const auto t = finish();
  const auto held = t.of("X", "account");
  BOOST_REQUIRE(held.size() == 2u);
  BOOST_TEST(held[0].at("args").at("what") == "3"); // the outer one comes first
  BOOST_TEST(end_of(held[1]) <= end_of(held[0]));
}

BOOST_AUTO_TEST_CASE(letters_are_arrows_from_their_sender) {
  auto* to = trace::start("test");
  const auto anna = to->add_row("anna 1"), bert = to->add_row("bert 2");
  const auto name = to->text("withdraw");
  const int letters[5] = {}; // their addresses are all that counts
  const auto *inside = letters, *outside = inside + 1, *again = inside + 2, *lost = inside + 3,
             *untaken = inside + 4;
  const auto began = trace::now();
  const auto before = to->enter(anna);
  to->sent(inside);
  to->sent(untaken);
  to->enter(before);
  to->slice(anna, to->text("works"), 0, began, trace::now());
  to->sent(outside); // by main, which does nothing that is told
  to->sent(again);
  to->sent(lost);
  for (const auto* letter : {inside, outside, again}) {
    const auto when = trace::now();
    to->taken(letter, bert, name, when);
    to->slice(bert, name, 0, when, trace::now());
  }
  to->taken(lost, bert, name, trace::now());  // its slice was one too many
  to->taken(&name, bert, name, trace::now()); // never sent
  const auto t = finish();
  const auto from = t.of("s"), arrived = t.of("f");
  BOOST_REQUIRE(from.size() == 3u);
  BOOST_REQUIRE(arrived.size() == 3u);
  std::map<std::int64_t, int> senders;
  for (const auto& s : from)
    ++senders[s.at("tid").as_int64()];
  BOOST_TEST(senders[anna] == 1);
  BOOST_TEST(senders[t.row("main")] == 2);
  BOOST_TEST(t.of("b", "withdraw").size() == 3u); // in the mailbox
  // An arrow needs a slice to start from: main's is made up, and they do not overlap.
  std::vector<json::object> made_up;
  for (const auto& s : t.of("X", "withdraw"))
    if (s.at("tid").as_int64() == t.row("main"))
      made_up.push_back(s);
  BOOST_TEST(made_up.size() >= 1u);
  for (std::size_t i = 1; i < made_up.size(); ++i)
    BOOST_TEST(end_of(made_up[i - 1]) <= begin_of(made_up[i]) + 0.0005);
}

BOOST_AUTO_TEST_CASE(what_is_too_much_is_counted) {
  trace::start("test", {.events_max = 1'000, .texts_bytes_max = 40, .rows_max = 4});
  for (int i = 0; i < 1'500; ++i)
    const trace::slice s{"works", [i] { return std::to_string(i) + " is a detail"; }};
  auto* to = trace::on();
  for (int i = 0; i < 3; ++i)
    BOOST_TEST(to->add_row("row") != trace::no_row);
  BOOST_TEST(to->add_row("one too many") == trace::no_row);
  to->slice(trace::no_row, 0, 0, trace::now(), trace::now());
  const auto t = finish();
  BOOST_TEST(t.of("X").size() == 1'000u);
  BOOST_TEST(t.left_out == 501);
}

BOOST_AUTO_TEST_CASE(what_ends_late_is_not_told_to_the_next) {
  trace::start("first");
  auto late = std::make_unique<trace::slice>("late");
  trace::watched_mutex door{"door"};
  door.lock();
  BOOST_TEST(finish().of("X").empty());
  trace::start("second");
  door.unlock();
  late.reset();
  { const std::lock_guard again{door}; }
  const auto t = finish();
  BOOST_TEST(t.of("X").size() == 1u);
  BOOST_TEST(t.row("door: held by") >= 0);
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_written_is_told) {
  std::size_t left_out = 0;
  trace::start("test");
  BOOST_TEST(trace::finish("/nowhere/at/all", left_out) == "No such file or directory");
  trace::start("test");
  { const trace::slice s{"works"}; }
  BOOST_TEST(trace::finish("/dev/full", left_out) == "No space left on device");
}

BOOST_AUTO_TEST_CASE(many_tell_at_the_same_time) {
  auto* to = trace::start("test", {.events_max = 100'000});
  trace::watched_mutex door{"door"};
  {
    std::vector<std::jthread> all;
    for (int i = 0; i < 4; ++i)
      all.emplace_back([&all, &door, to, i] {
        trace::name_thread("worker " + std::to_string(i));
        const auto row = to->add_row("actor " + std::to_string(i));
        for (int k = 0; k < 2'000; ++k) {
          const trace::slice s{"works", [k] { return std::to_string(k % 10); }};
          const std::lock_guard hold{door};
          to->sent(&all + i); // an address is all it is
          to->taken(&all + i, row, 0, trace::now());
        }
      });
  }
  const auto t = finish();
  BOOST_TEST(t.of("X", "works").size() == 8'000u);
  BOOST_TEST(t.left_out == 0);
}
