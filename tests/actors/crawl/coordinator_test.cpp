// SPDX-License-Identifier: BSD-3-Clause
#include <map>

#include <boost/test/unit_test.hpp>

#include "actors/crawl/coordinator.hpp"
#include "actors/crawl/progress.hpp"
#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"
#include "runtime/test_system.hpp"

using namespace troupe;
using namespace troupe::crawl;

namespace {

// What the coordinator said to the others: doubles with the same interfaces, as in production.
struct heard {
  std::vector<std::uint64_t> pages;
  std::map<std::uint64_t, std::uint64_t> grants; // by page, the last one
  std::vector<write_rows> writes;
  std::vector<std::string> origins;
  std::vector<crawl_ended> ends;
  bool answer_writes = true;
};

struct fetcher_double {
  static constexpr const char* name = "fetcher_double";
  fetcher_double(fetcher_actor::pointer, heard* h) : h_(h) {}
  fetcher_actor::behavior_type make_behavior() {
    return {[this](const page_wanted& x) {
              h_->pages.push_back(x.job.id);
              h_->grants[x.job.id] = x.grant;
            },
            [](const page_fetched&) {}, [](const use_parser&) {}, [](tick) {}};
  }
  heard* h_;
};

struct sink_double {
  static constexpr const char* name = "sink_double";
  sink_double(sink_actor::pointer self, heard* h) : self_(self), h_(h) {}
  sink_actor::behavior_type make_behavior() {
    return {[this](const write_rows& x) -> caf::result<rows_written> {
              h_->writes.push_back(x);
              if (h_->answer_writes)
                return rows_written{};
              pending_.push_back(self_->make_response_promise<rows_written>());
              return pending_.back();
            },
            [this](tick) {
              h_->answer_writes = true;
              for (auto& p : pending_)
                p.deliver(rows_written{});
              pending_.clear();
            }};
  }
  sink_actor::pointer self_;
  heard* h_;
  std::vector<caf::typed_response_promise<rows_written>> pending_;
};

struct robots_double {
  static constexpr const char* name = "robots_double";
  robots_double(robots_actor::pointer, heard* h) : h_(h) {}
  robots_actor::behavior_type make_behavior() {
    return {[this](const robots_wanted& x) -> caf::result<robots_known> {
              h_->origins.push_back(x.origin);
              return robots_known{
                  x.origin, std::make_shared<const robots_rules>(robots_rules::allow_all()), false};
            },
            [](const robots_known&) {}};
  }
  heard* h_;
};

struct supervisor_double {
  static constexpr const char* name = "supervisor_double";
  supervisor_double(supervisor_actor::pointer, heard* h) : h_(h) {}
  supervisor_actor::behavior_type make_behavior() {
    return {[this](const crawl_ended& x) { h_->ends.push_back(x); }, [](const stop_crawl&) {}};
  }
  heard* h_;
};

struct fixture {
  heard h;
  runtime::test_system<caf::id_block::troupe> actors;
  sink_actor sink = runtime::spawn<sink_double>(actors.system(), &h);
  robots_actor robots = runtime::spawn<robots_double>(actors.system(), &h);
  supervisor_actor head = runtime::spawn<supervisor_double>(actors.system(), &h);
  fetcher_actor hand = runtime::spawn<fetcher_double>(actors.system(), &h);
  coordinator_actor boss;

  void start(limits bounds, crew_limits crew = {},
             std::vector<std::string> seeds = {"http://a.test/"}) {
    crawl_plan plan;
    plan.bounds = bounds;
    for (const auto& s : seeds)
      plan.seeds.push_back(url::from_normalized(s));
    boss = runtime::spawn<coordinator>(actors.system(), head, sink, robots, plan, crew);
    actors.run();
  }
  void ask() {
    runtime::post(boss, want_page{hand, 0});
    actors.run();
  }
  void done(std::uint64_t id, std::vector<std::string> links = {}) {
    page_done x{id, {}, h.grants[id]};
    x.result.row.url = "http://a.test/" + std::to_string(id);
    x.result.row.status = 200;
    for (const auto& l : links)
      x.result.links.push_back(url::from_normalized(l));
    runtime::post(boss, x);
    actors.run();
  }
  std::size_t rows() const {
    std::size_t n = 0;
    for (const auto& w : h.writes)
      n += w.rows.size();
    return n;
  }
  ~fixture() {
    runtime::stop(boss);
    runtime::stop(hand);
    runtime::stop(head);
    runtime::stop(robots);
    runtime::stop(sink);
    boss = nullptr, hand = nullptr, head = nullptr, robots = nullptr, sink = nullptr;
    actors.run();
  }
};

limits no_delay() {
  limits bounds;
  bounds.per_host = 16;
  return bounds;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(coordinator_alone, fixture)

BOOST_AUTO_TEST_CASE(nobody_is_sent_a_page_unasked) {
  start(no_delay());
  BOOST_TEST(h.pages.empty());
  ask();
  BOOST_TEST(h.pages.size() == 1u);
  BOOST_TEST(h.origins.size() == 1u);
}

BOOST_AUTO_TEST_CASE(one_credit_is_one_page) {
  start(no_delay());
  ask();
  done(h.pages.at(0), {"http://a.test/x", "http://a.test/y", "http://a.test/z"});
  BOOST_TEST(h.pages.size() == 1u);
  ask();
  ask();
  BOOST_TEST(h.pages.size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_page_reported_twice_is_written_once) {
  start(no_delay());
  ask();
  done(h.pages.at(0), {"http://a.test/x"});
  done(h.pages.at(0), {"http://a.test/x"});
  BOOST_TEST(rows() == 1u);
}

BOOST_AUTO_TEST_CASE(the_pages_of_a_dead_fetcher_go_to_the_next_that_asks) {
  start(no_delay());
  ask();
  BOOST_REQUIRE(h.pages.size() == 1u);
  runtime::stop(hand);
  hand = runtime::spawn<fetcher_double>(actors.system(), &h);
  actors.run();
  ask();
  BOOST_REQUIRE(h.pages.size() == 2u);
  BOOST_TEST(h.pages[1] == h.pages[0]);
  BOOST_TEST(rows() == 0u);
}

BOOST_AUTO_TEST_CASE(a_slow_sink_holds_pages_back_and_gets_larger_batches) {
  h.answer_writes = false;
  crew_limits crew;
  crew.rows_unwritten_max = 4;
  start(no_delay(), crew);
  ask();
  std::vector<std::string> links;
  for (int i = 0; i < 20; ++i)
    links.push_back("http://a.test/l" + std::to_string(i));
  done(h.pages.at(0), links);
  for (int i = 0; i < 10; ++i) {
    ask();
    if (h.pages.size() > static_cast<std::size_t>(i) + 1)
      done(h.pages.back());
  }
  BOOST_TEST(h.pages.size() == 4u); // the fourth row filled the sink's allowance
  BOOST_TEST(h.writes.size() == 1u);
  runtime::post(sink, tick{});
  actors.run();
  BOOST_TEST(h.writes.size() == 2u);
  BOOST_TEST(h.writes[1].rows.size() == 3u);
  BOOST_TEST(h.pages.size() > 4u);
}

BOOST_AUTO_TEST_CASE(why_nothing_moves_is_told_once_a_second) {
  h.answer_writes = false;
  crew_limits crew;
  crew.rows_unwritten_max = 1;
  start(no_delay(), crew);
  ask();
  done(h.pages.at(0), {"http://a.test/x", "http://a.test/y"});
  standstill last;
  int counts = 0, whys = 0;
  crawl_ports ports;
  ports.progress = [&](const crawl_counts&) { ++counts; };
  ports.explain = [&](const standstill& x) {
    last = x;
    ++whys;
  };
  auto looks = runtime::spawn<progress>(actors.system(), boss, ports, crew);
  actors.run();
  for (int i = 0; i < 25; ++i) {
    actors.advance(crew.progress_interval);
    actors.run();
  }
  BOOST_TEST(counts >= 20);
  BOOST_TEST(whys >= 2);
  BOOST_TEST(whys <= 3);
  BOOST_TEST(last.told);
  const auto* rows = find_reason(last, wait_reason::rows_unwritten);
  BOOST_REQUIRE(rows);
  BOOST_TEST(rows->count == 1u);
  BOOST_REQUIRE(last.hosts.size() == 1u);
  BOOST_TEST(last.hosts[0].host == "a.test");
  BOOST_TEST(last.hosts[0].queued == 2u);
  h.answer_writes = true;
  runtime::post(sink, tick{}); // the rows are written: now hands are missing
  actors.run();
  for (int i = 0; i < 12; ++i) {
    actors.advance(crew.progress_interval);
    actors.run();
  }
  BOOST_TEST(!find_reason(last, wait_reason::rows_unwritten));
  BOOST_TEST(find_reason(last, wait_reason::workers));
  runtime::stop(looks);
  looks = nullptr;
}

// What an archive gets counts as well: a few large pages hold hands back, though they are few rows.
BOOST_AUTO_TEST_CASE(records_that_wait_for_the_sink_hold_pages_back) {
  h.answer_writes = false;
  crew_limits crew;
  crew.unwritten_bytes_max = 1'000'000;
  std::vector<std::string> seeds;
  for (int i = 0; i < 20; ++i)
    seeds.push_back("http://a.test/" + std::to_string(i));
  start(no_delay(), crew, seeds);
  const auto record = [] {
    auto out = std::make_shared<exchange_record>();
    out->payload = std::make_shared<const std::string>(300'000, 'x');
    return out;
  };
  std::size_t finished = 0;
  for (int i = 0; i < 10; ++i) {
    ask();
    for (; finished < h.pages.size(); ++finished) {
      page_done x{h.pages[finished], {}, h.grants[h.pages[finished]]};
      x.result.row.status = 200;
      x.result.record = record();
      runtime::post(boss, x);
      actors.run();
    }
  }
  BOOST_TEST(h.pages.size() == 4u); // the fourth went beyond a megabyte
  runtime::post(sink, tick{});
  actors.run();
  BOOST_TEST(h.pages.size() > 4u);
  BOOST_TEST(rows() == 4u);
  for (const auto& write : h.writes)
    for (const auto& row : write.rows)
      BOOST_TEST((row.record && row.record->payload->size() == 300'000u));
}

BOOST_AUTO_TEST_CASE(a_delay_is_kept_by_the_clock) {
  auto bounds = no_delay();
  bounds.delay_ms = 500;
  start(bounds, {}, {"http://a.test/", "http://a.test/b"});
  ask();
  ask();
  BOOST_TEST(h.origins.size() == 1u); // robots.txt is a request to that host as well
  for (std::size_t page = 1; page <= 2; ++page) {
    actors.advance(std::chrono::milliseconds(499));
    actors.run();
    BOOST_TEST(h.pages.size() == page - 1);
    actors.advance(std::chrono::milliseconds(1));
    actors.run();
    BOOST_TEST(h.pages.size() == page);
  }
}

BOOST_AUTO_TEST_CASE(ends_once_after_the_last_row_is_flushed) {
  start(no_delay());
  ask();
  done(h.pages.at(0));
  ask();
  BOOST_REQUIRE(h.ends.size() == 1u);
  BOOST_TEST(h.writes.back().flush);
  BOOST_TEST(h.ends[0].summary.counts.pages == 1u);
  ask();
  BOOST_TEST(h.ends.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
