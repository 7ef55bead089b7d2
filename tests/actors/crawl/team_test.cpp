// SPDX-License-Identifier: BSD-3-Clause
// A coordinator and what teams say to it: hosts stick, what was given up changes nothing, what is
// large comes and goes in parts.

#include <map>
#include <set>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <caf/scoped_actor.hpp>

#include "actors/crawl/coordinator.hpp"
#include "actors/crawl/foreman.hpp"
#include "actors/crawl/sink.hpp"
#include "messages/type_ids.hpp"
#include "runtime/bytes.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"
#include "runtime/test_system.hpp"
#include "tests/support/fake_web.hpp"

using namespace troupe;
using namespace troupe::crawl;

namespace {

struct heard {
  std::map<int, std::vector<page_job>> pages; // by hand
  std::map<int, std::uint64_t> grants;        // the last one of each hand's
  std::vector<write_rows> writes;
  std::vector<crawl_ended> ends;
  std::vector<page_part> parts; // what a coordinator heard, where that is the double
  std::vector<page_done> dones;
  int left = 0;
};

struct hand_double {
  static constexpr const char* name = "hand_double";
  hand_double(fetcher_actor::pointer, heard* h, int number) : h_(h), number_(number) {}
  fetcher_actor::behavior_type make_behavior() {
    return {[this](const page_wanted& x) {
              h_->pages[number_].push_back(x.job);
              h_->grants[number_] = x.grant;
            },
            [](const page_fetched&) {}, [](const use_parser&) {}, [](tick) {}};
  }
  heard* h_;
  int number_;
};

struct robots_double {
  static constexpr const char* name = "robots_double";
  explicit robots_double(robots_actor::pointer) {}
  robots_actor::behavior_type make_behavior() {
    return {[](const robots_wanted& x) -> caf::result<robots_known> {
              return robots_known{x.origin, nullptr, false};
            },
            [](const robots_known&) {}};
  }
};

struct supervisor_double {
  static constexpr const char* name = "supervisor_double";
  supervisor_double(supervisor_actor::pointer, heard* h) : h_(h) {}
  supervisor_actor::behavior_type make_behavior() {
    return {[this](const crawl_ended& x) { h_->ends.push_back(x); }, [](const stop_crawl&) {}};
  }
  heard* h_;
};

struct coordinator_double {
  static constexpr const char* name = "coordinator_double";
  coordinator_double(coordinator_actor::pointer, heard* h) : h_(h) {}
  coordinator_actor::behavior_type make_behavior() {
    return {[](const want_page&) {},
            [this](const page_done& x) { h_->dones.push_back(x); },
            [this](const page_part& x) { h_->parts.push_back(x); },
            [](const hands_leave&) -> caf::result<hands_left> { return hands_left{}; },
            [](progress_wanted) -> caf::result<progress_report> { return progress_report{}; },
            [](const stop_crawl&) {},
            [](const tick&) {}};
  }
  heard* h_;
};

struct steward_double {
  static constexpr const char* name = "steward_double";
  explicit steward_double(steward_actor::pointer) {}
  steward_actor::behavior_type make_behavior() {
    return {[](const crawl_ended&) {}, [](const stop_crawl&) {}, [](const foreman_ready&) {}};
  }
};

struct leaver {
  static constexpr const char* name = "leaver";
  leaver(progress_actor::pointer self, coordinator_actor whom, std::uint64_t team, heard* h)
      : self_(self), whom_(std::move(whom)), team_(team), h_(h) {}
  progress_actor::behavior_type make_behavior() {
    runtime::request(self_, whom_, std::chrono::hours(1), hands_leave{team_})
        .then([this](hands_left) { ++h_->left; }, [](const caf::error&) {});
    return {[](tick) {}};
  }
  progress_actor::pointer self_;
  coordinator_actor whom_;
  std::uint64_t team_;
  heard* h_;
};

struct fixture {
  heard h;
  runtime::test_system<caf::id_block::troupe> actors;
  std::vector<caf::actor> all;
  coordinator_actor boss;
  std::map<int, fetcher_actor> hands;
  std::map<int, std::uint64_t> team_of;

  template <class Handle>
  Handle keep(Handle x) {
    all.push_back(caf::actor_cast<caf::actor>(x));
    return x;
  }
  ~fixture() {
    for (const auto& a : all)
      runtime::stop(a);
    all.clear();
    boss = nullptr;
    hands.clear();
    actors.run();
  }

  void start(std::vector<std::string> seeds, crew_limits crew = {}, sink_actor sink = {},
             std::uint32_t per_host = 100) {
    crawl_plan plan;
    plan.scope = scope_kind::any;
    plan.bounds.per_host = per_host;
    plan.bounds.concurrency = 1'000;
    for (const auto& s : seeds)
      plan.seeds.push_back(url::from_normalized(s));
    if (!sink) {
      crawl_ports ports;
      ports.write = [this](const std::vector<row_and_items>& rows, bool flush) {
        h.writes.push_back({rows, flush});
        return std::string{};
      };
      sink = keep(runtime::spawn<crawl::sink>(actors.system(), ports, crew_limits{}));
    }
    boss = keep(runtime::spawn<coordinator>(
        actors.system(), keep(runtime::spawn<supervisor_double>(actors.system(), &h)), sink,
        keep(runtime::spawn<robots_double>(actors.system())), plan, crew));
    actors.run();
  }
  void ask(int number, std::uint64_t team) {
    auto& hand = hands[number];
    if (!hand)
      hand = keep(runtime::spawn<hand_double>(actors.system(), &h, number));
    team_of[number] = team;
    runtime::post(boss, want_page{hand, 0, team});
    actors.run();
  }
  void done(int number, const page_job& job, std::vector<std::string> links = {}) {
    page_done x{job.id, {}, h.grants[number]};
    x.result.row.url = job.target.str();
    x.result.row.status = 200;
    for (const auto& l : links)
      x.result.links.push_back(url::from_normalized(l));
    runtime::post(boss, x);
    actors.run();
  }
  void lose(int number) {
    runtime::stop(hands.at(number));
    actors.run();
  }
  std::vector<row_and_items> rows() const {
    std::vector<row_and_items> all_rows;
    for (const auto& w : h.writes)
      all_rows.insert(all_rows.end(), w.rows.begin(), w.rows.end());
    return all_rows;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(teams, fixture)

BOOST_AUTO_TEST_CASE(a_host_s_pages_go_to_one_team_while_it_has_hands) {
  start({"http://s/"});
  ask(1, 1);
  for (const int hand : {2, 4, 6})
    ask(hand, 2);
  for (const int hand : {3, 5, 7})
    ask(hand, 1);
  const auto first = h.pages[1].at(0);
  h.pages.clear();
  // All others wait: whose hand gets which page is a choice.
  done(1, first,
       {"http://a/0", "http://b/0", "http://a/1", "http://b/1", "http://a/2", "http://b/2"});
  std::map<std::string, std::set<std::uint64_t>> teams_of;
  for (const auto& [hand, jobs] : h.pages)
    for (const auto& job : jobs)
      teams_of[std::string{job.target.host()}].insert(team_of[hand]);
  BOOST_TEST(teams_of["a"].size() == 1u);
  BOOST_TEST(teams_of["b"].size() == 1u);
  BOOST_TEST(*teams_of["a"].begin() != *teams_of["b"].begin());
}

BOOST_AUTO_TEST_CASE(a_hand_that_is_free_gets_a_page_of_its_own_hosts_first) {
  std::vector<std::string> seeds;
  for (int page = 0; page < 6; ++page)
    for (const std::string host : {"a", "b", "c", "d"})
      seeds.push_back("http://" + host + "/" + std::to_string(page));
  start(seeds);
  ask(1, 1);
  ask(2, 2);
  std::map<std::string, std::set<int>> hands_of;
  for (int i = 0; i < 22; ++i) {
    const int hand = i % 3 == 0 ? 1 : 2; // one is faster, and all the same it stays with its hosts
    if (h.pages[1].size() + h.pages[2].size() > 16)
      break;
    hands_of[std::string{h.pages[hand].back().target.host()}].insert(hand);
    done(hand, h.pages[hand].back());
    ask(hand, static_cast<std::uint64_t>(hand));
  }
  int shared = 0;
  for (const auto& [host, hands_seen] : hands_of)
    shared += hands_seen.size() > 1 ? 1 : 0;
  BOOST_TEST(hands_of.size() >= 4u);
  BOOST_TEST(shared <= 1);
}

BOOST_AUTO_TEST_CASE(a_late_answer_of_one_that_was_given_up_changes_nothing) {
  start({"http://a/0"});
  ask(1, 1);
  const auto job = h.pages[1].at(0);
  lose(1);
  ask(2, 2);
  BOOST_REQUIRE(h.pages[2].size() == 1u);
  BOOST_TEST(h.pages[2][0].id == job.id);
  runtime::post(boss, page_part{job.id, {url::from_normalized("http://a/never")}, {}, h.grants[1]});
  runtime::post(boss, want_page{{}, job.id, 1});
  done(1, job, {"http://a/never"});
  BOOST_TEST(rows().empty());
  done(2, h.pages[2][0], {"http://a/1"});
  done(1, job, {"http://a/never"});
  BOOST_REQUIRE(rows().size() == 1u);
  ask(2, 2);
  BOOST_REQUIRE(h.pages[2].size() == 2u);
  BOOST_TEST(h.pages[2][1].target.str() == "http://a/1");
  done(2, h.pages[2][1]);
  ask(2, 2);
  BOOST_REQUIRE(h.ends.size() == 1u);
  BOOST_TEST(h.ends[0].summary.counts.pages == 2u);
}

BOOST_AUTO_TEST_CASE(a_page_that_is_lost_with_ten_connections_is_not_held_against_it) {
  start({"http://a/0"});
  for (int hand = 1; hand <= 10; ++hand) {
    ask(hand, static_cast<std::uint64_t>(hand));
    BOOST_REQUIRE(h.pages[hand].size() == 1u);
    lose(hand);
  }
  ask(11, 11);
  BOOST_REQUIRE(h.pages[11].size() == 1u);
  lose(11);
  ask(12, 12);
  BOOST_REQUIRE(rows().size() == 1u);
  BOOST_TEST((rows()[0].row.error == fault::worker_lost));
}

BOOST_AUTO_TEST_CASE(a_team_has_left_when_its_pages_are_finished) {
  start({"http://a/0", "http://a/1", "http://a/2"});
  ask(1, 1);
  ask(2, 1);
  keep(runtime::spawn<leaver>(actors.system(), boss, std::uint64_t{1}, &h));
  actors.run();
  done(1, h.pages[1][0]);
  ask(1, 1);
  BOOST_TEST(h.left == 0);
  done(2, h.pages[2][0]);
  BOOST_TEST(h.left == 1);
  ask(2, 1);
  BOOST_TEST(h.pages[1].size() + h.pages[2].size() == 2u);
  ask(3, 2);
  BOOST_TEST(h.pages[3].size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_team_that_has_nothing_has_left_at_once) {
  start({"http://a/0"});
  keep(runtime::spawn<leaver>(actors.system(), boss, std::uint64_t{9}, &h));
  actors.run();
  BOOST_TEST(h.left == 1);
}

BOOST_AUTO_TEST_CASE(rows_too_large_for_a_message_are_written_whole_all_the_same) {
  crew_limits crew;
  crew.batch_bytes_max = 1'000;
  std::vector<write_rows> seen;
  start({"http://a/0", "http://a/1", "http://a/2", "http://a/3"}, crew);
  std::vector<page_done> all;
  for (int i = 0; i < 4; ++i) {
    ask(1, 1);
    page_done x{h.pages[1].back().id, {}, h.grants[1]};
    x.result.row.url = h.pages[1].back().target.str();
    for (int k = 0; k < (i % 2 == 0 ? 50 : 1); ++k)
      x.result.items.push_back({"http://a/" + std::to_string(k), std::string(90, 'x')});
    x.result.items.push_back({"", std::string(3'000, 'y')}); // one that is too large alone
    if (i == 3)
      x.result.items.clear(); // links alone
    for (int k = 0; k < i * 20; ++k)
      x.result.all_links.push_back(
          {"http://a/" + std::string(80, 'l') + std::to_string(k), k % 3 == 0});
    all.push_back(x);
    runtime::post(boss, x);
    actors.run();
  }
  const auto got = rows();
  BOOST_REQUIRE(got.size() == 4u);
  for (std::size_t i = 0; i < 4; ++i) {
    BOOST_TEST(got[i].row.url == all[i].result.row.url);
    BOOST_TEST((got[i].items == all[i].result.items));
    BOOST_TEST((got[i].links == all[i].result.all_links));
    BOOST_TEST(!got[i].more);
  }
}

BOOST_AUTO_TEST_CASE(a_foreman_sends_large_results_in_parts) {
  crawl_opened whose;
  whose.team = 7;
  whose.plan.bounds.concurrency = 1;
  whose.plan.bounds.url_bytes_max = 1'000;
  whose.coordinator = keep(runtime::spawn<coordinator_double>(actors.system(), &h));
  whose.steward = keep(runtime::spawn<steward_double>(actors.system()));
  test::fake_web web{1, 1, 2};
  crew_limits crew;
  crew.parsers = 1;
  const auto foreman =
      keep(runtime::spawn<crawl::foreman>(actors.system(), whose, web.ports(), crew));
  page_done x{3, {}, 9};
  for (int i = 0; i < 5'000; ++i)
    x.result.links.push_back(
        url::from_normalized("http://a/" + std::to_string(i) + std::string(90, 'x')));
  x.result.links.push_back(url::from_normalized("http://a/" + std::string(5'000, 'x')));
  for (int i = 0; i < 50; ++i)
    x.result.items.push_back({"", std::to_string(i) + std::string(60'000, 'x')});
  x.result.items.push_back({"http://a/" + std::string(200'000, 'x'), "title"});
  for (int i = 0; i < 5'000; ++i)
    x.result.all_links.push_back(
        {"http://a/" + std::to_string(i) + std::string(90, 'x'), i % 2 == 0});
  runtime::post(foreman, x);
  actors.run();
  BOOST_REQUIRE(h.dones.size() == 1u);
  BOOST_TEST(h.parts.size() > 5u);
  std::vector<page_link> all_links;
  std::vector<url> links;
  std::vector<item> items;
  const auto take = [&](const std::vector<url>& l, const std::vector<item>& i) {
    BOOST_TEST(runtime::to_bytes(actors.system(), page_part{3, l, i, 9})->size() < 400'000u);
    links.insert(links.end(), l.begin(), l.end());
    items.insert(items.end(), i.begin(), i.end());
  };
  for (const auto& part : h.parts) {
    BOOST_TEST(part.id == 3u);
    BOOST_TEST(part.grant == 9u);
    take(part.links, part.items);
    BOOST_TEST(part.all_links.size() < 3'000u); // of 100 bytes
    all_links.insert(all_links.end(), part.all_links.begin(), part.all_links.end());
  }
  take(h.dones[0].result.links, h.dones[0].result.items);
  const auto& last = h.dones[0].result.all_links;
  all_links.insert(all_links.end(), last.begin(), last.end());
  BOOST_TEST((all_links == x.result.all_links));
  BOOST_TEST(h.dones[0].grant == 9u);
  BOOST_REQUIRE(links.size() == x.result.links.size());
  BOOST_TEST(links.back().str().size() == 1'001u);
  links.pop_back();
  for (std::size_t i = 0; i < links.size(); ++i)
    BOOST_TEST((links[i] == x.result.links[i]));
  BOOST_REQUIRE(items.size() == x.result.items.size());
  BOOST_TEST(items.back().href == "");
  BOOST_TEST(items[49].text == x.result.items[49].text);
  BOOST_TEST(h.dones[0].result.cut);
}

BOOST_AUTO_TEST_CASE(parts_of_a_page_come_together_in_their_order) {
  start({"http://a/0"});
  ask(1, 1);
  const auto id = h.pages[1][0].id;
  const auto grant = h.grants[1];
  runtime::post(boss, page_part{id, {url::from_normalized("http://b/1")}, {{"", "one"}}, grant});
  runtime::post(boss, page_part{id, {}, {{"", "two"}}, grant, {{"http://b/1", false}}});
  page_done x{id, {}, grant};
  x.result.links.push_back(url::from_normalized("http://c/1"));
  x.result.items.push_back({"", "three"});
  x.result.all_links.push_back({"http://c/1", true});
  runtime::post(boss, x);
  actors.run();
  BOOST_REQUIRE(rows().size() == 1u);
  const std::vector<page_link> both{{"http://b/1", false}, {"http://c/1", true}};
  BOOST_TEST((rows()[0].links == both));
  BOOST_REQUIRE(rows()[0].items.size() == 3u);
  BOOST_TEST(rows()[0].items[0].text == "one");
  BOOST_TEST(rows()[0].items[2].text == "three");
  ask(1, 1);
  ask(1, 1);
  BOOST_REQUIRE(h.pages[1].size() == 3u);
  BOOST_TEST(h.pages[1][1].target.host() == "b");
  BOOST_TEST(h.pages[1][2].target.host() == "c");
}

// A fetcher dies while its foreman sends what it has read: its end and the parts come on other
// ways.
BOOST_AUTO_TEST_CASE(parts_of_a_page_that_was_given_out_again_are_dropped_and_never_mixed) {
  start({"http://a/0"});
  const auto part = [&](std::uint64_t id, const char* text, std::uint64_t grant) {
    runtime::post(boss, page_part{id, {}, {{"", text}}, grant});
    actors.run();
  };
  const auto end = [&](std::uint64_t id, const char* text, std::uint64_t grant) {
    page_done x{id, {}, grant};
    x.result.items.push_back({"", text});
    runtime::post(boss, x);
    actors.run();
  };
  ask(1, 1);
  const auto id = h.pages[1][0].id;
  const auto old = h.grants[1];
  part(id, "old one", old);
  lose(1);
  ask(2, 1); // of the same team
  BOOST_REQUIRE(h.pages[2].size() == 1u);
  BOOST_TEST(h.pages[2][0].id == id);
  BOOST_TEST(h.grants[2] != old);
  part(id, "one", h.grants[2]);
  part(id, "old two", old);
  end(id, "old three", old);
  BOOST_TEST(rows().empty());
  end(id, "two", h.grants[2]);
  const auto written = rows();
  BOOST_REQUIRE(written.size() == 1u);
  std::vector<std::string> texts;
  for (const auto& x : written[0].items)
    texts.push_back(x.text);
  BOOST_TEST(texts == (std::vector<std::string>{"one", "two"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_hand_that_had_a_page_before_frees_no_place_at_its_host) {
  crew_limits crew;
  start({"http://a/0", "http://a/1"}, crew, {}, 1);
  ask(1, 1);
  const auto id = h.pages[1][0].id;
  lose(1);
  ask(2, 1);
  BOOST_REQUIRE(h.pages[2].size() == 1u);
  BOOST_TEST(h.pages[2][0].id == id);
  ask(3, 1);
  ask(4, 1);
  // Of hand 3, which has not got that page: it says that the page's request has ended.
  runtime::post(boss, want_page{hands[3], id, 1});
  actors.run();
  BOOST_TEST(h.pages[3].size() + h.pages[4].size() == 0u);
  runtime::post(boss, want_page{hands[2], id, 1});
  actors.run();
  BOOST_TEST(h.pages[2].size() + h.pages[3].size() + h.pages[4].size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
