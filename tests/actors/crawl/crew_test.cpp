// SPDX-License-Identifier: BSD-3-Clause
// The whole crew over a web without a network, every actor stepped by the test, in orders drawn
// from a seed: what must hold in every order.

#include <algorithm>
#include <optional>
#include <stdexcept>

#include <boost/test/unit_test.hpp>

#include "actors/crawl/supervisor.hpp"
#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"
#include "runtime/test_system.hpp"
#include "tests/support/fake_web.hpp"

using namespace troupe;
using namespace troupe::crawl;

namespace {

struct crawl_run {
  runtime::test_system<caf::id_block::troupe> actors;
  test::fake_web& web;
  std::optional<crawl_summary> ended;
  supervisor_actor head;

  crawl_run(std::uint64_t seed, test::fake_web& w, limits bounds = {}, crew_limits crew = {})
      : actors(seed), web(w) {
    crawl_plan plan;
    plan.seeds.push_back(url::from_normalized(web.url_of(0)));
    plan.scope = scope_kind::any;
    plan.bounds = bounds;
    head = runtime::spawn<supervisor>(
        actors.system(), plan, web.ports(), crew,
        std::function<void(crawl_summary)>{[this](crawl_summary s) { ended = std::move(s); }});
  }
  ~crawl_run() {
    runtime::stop(head);
    head = nullptr;
    actors.run();
  }
  // Answers come between the actors' steps; the clock moves when nothing else can.
  bool finish() {
    for (int turn = 0; turn < 200'000 && !ended; ++turn) {
      const bool stepped = actors.step();
      if (web.answer_one() || stepped)
        continue;
      if (!actors.has_timer())
        return false;
      actors.next_timer();
    }
    return ended.has_value();
  }
};

std::vector<std::string> urls_of(const std::vector<row_and_items>& rows) {
  std::vector<std::string> urls;
  for (const auto& x : rows)
    urls.push_back(x.row.url);
  std::sort(urls.begin(), urls.end());
  return urls;
}

limits small_limits() {
  limits bounds;
  bounds.concurrency = 5;
  bounds.per_host = 2;
  return bounds;
}

// What must hold however the crawl went: each page that can be reached has exactly one row.
void check_whole(const crawl_run& run) {
  const auto expected = run.web.reachable();
  const auto got = urls_of(run.web.rows);
  BOOST_TEST(got == expected, boost::test_tools::per_element());
  BOOST_TEST(run.ended->counts.pages == expected.size());
  BOOST_TEST(run.ended->counts.in_flight == 0u);
  BOOST_TEST(run.web.in_flight_most <= 2u);
  for (const auto& [url, times] : run.web.requested)
    BOOST_TEST(url.find("/private/") == std::string::npos, url << " is forbidden");
}

} // namespace

BOOST_AUTO_TEST_SUITE(crew)

BOOST_AUTO_TEST_CASE(every_page_has_one_row_in_every_order) {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      test::fake_web web{seed, 3, 60};
      crawl_run run{seed, web, small_limits()};
      BOOST_REQUIRE(run.finish());
      check_whole(run);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_parser_that_dies_is_replaced_and_its_page_is_read_again) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      test::fake_web web{seed, 3, 60};
      std::mt19937_64 draw{seed};
      std::map<std::string, int> deaths;
      unsigned killed = 0;
      web.before_read = [&](const std::string& url) {
        if (draw() % 10 == 0 && deaths[url]++ == 0) {
          ++killed;
          throw std::runtime_error("planted");
        }
      };
      crawl_run run{seed, web, small_limits()};
      BOOST_REQUIRE(run.finish());
      BOOST_TEST(killed > 0u);
      check_whole(run);
      for (const auto& x : web.rows)
        BOOST_TEST((x.row.error != fault::worker_lost), x.row.url);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_page_that_kills_every_parser_is_given_up_and_no_other_page_suffers) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      test::fake_web web{seed, 2, 40};
      const auto deadly = web.url_of(0);
      web.before_read = [&](const std::string& url) {
        if (url == deadly)
          throw std::runtime_error("planted");
      };
      crawl_run run{seed, web, small_limits()};
      BOOST_REQUIRE(run.finish());
      BOOST_REQUIRE(web.rows.size() == 1u); // its links were never read
      BOOST_TEST((web.rows[0].row.error == fault::worker_lost));
      BOOST_TEST(run.ended->counts.errors == 1u);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_fetcher_that_dies_is_replaced_and_its_page_is_fetched_again) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      test::fake_web web{seed, 3, 60};
      std::mt19937_64 draw{seed};
      std::map<std::string, int> deaths;
      web.before_fetch = [&](const std::string& url) {
        if (draw() % 10 == 0 && deaths[url]++ == 0)
          throw std::runtime_error("planted");
      };
      crawl_run run{seed, web, small_limits()};
      BOOST_REQUIRE(run.finish());
      BOOST_TEST(!deaths.empty());
      check_whole(run);
    }
  }
}

BOOST_AUTO_TEST_CASE(too_many_deaths_end_the_crawl_and_what_was_done_is_written_and_counted) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      test::fake_web web{seed, 3, 60};
      int fetches = 0;
      web.before_fetch = [&](const std::string&) {
        if (++fetches > 20)
          throw std::runtime_error("planted");
      };
      crew_limits crew;
      crew.restarts_max = 3;
      crawl_run run{seed, web, small_limits(), crew};
      BOOST_REQUIRE(run.finish());
      BOOST_TEST(run.ended->output_error.starts_with("gave up: a fetcher died"),
                 run.ended->output_error);
      BOOST_TEST(!run.ended->interrupted);
      BOOST_TEST(!web.rows.empty());
      BOOST_TEST(run.ended->counts.pages == web.rows.size());
    }
  }
}

BOOST_AUTO_TEST_CASE(ends_with_the_reason_when_rows_cannot_be_written) {
  test::fake_web web{1, 2, 40};
  int writes = 0;
  web.before_write = [&] { return ++writes > 3 ? std::string{"disk full"} : std::string{}; };
  crawl_run run{1, web, small_limits()};
  BOOST_REQUIRE(run.finish());
  BOOST_TEST(run.ended->output_error == "disk full");
  BOOST_TEST(!run.ended->interrupted);
  BOOST_TEST(web.rows.size() < 40u);
}

BOOST_AUTO_TEST_CASE(ends_with_the_reason_when_the_sink_dies) {
  test::fake_web web{1, 2, 40};
  web.before_write = []() -> std::string { throw std::runtime_error("planted"); };
  crawl_run run{1, web, small_limits()};
  BOOST_REQUIRE(run.finish());
  BOOST_TEST(!run.ended->output_error.empty());
}

BOOST_AUTO_TEST_CASE(a_stop_waits_for_pages_in_flight_and_writes_them) {
  test::fake_web web{7, 2, 60};
  crawl_run run{7, web, small_limits()};
  for (int i = 0; i < 300; ++i) {
    run.actors.step();
    if (i % 3 == 0)
      web.answer_one();
  }
  BOOST_REQUIRE(!run.ended);
  runtime::post(run.head, stop_crawl{});
  BOOST_REQUIRE(run.finish());
  BOOST_TEST(run.ended->interrupted);
  BOOST_TEST(run.ended->counts.pages == web.rows.size());
  BOOST_TEST(web.rows.size() < web.reachable().size());
}

BOOST_AUTO_TEST_CASE(a_stop_does_not_wait_for_ever) {
  test::fake_web web{7, 2, 60};
  crawl_run run{7, web, small_limits()};
  while (run.actors.step()) {
  } // the first page is requested and never answered
  runtime::post(run.head, stop_crawl{});
  BOOST_TEST(run.actors.run_until([&] { return run.ended.has_value(); }));
  BOOST_TEST(run.ended->interrupted);
}

BOOST_AUTO_TEST_CASE(the_page_budget_is_kept_to_the_page) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      test::fake_web web{seed, 3, 60};
      auto bounds = small_limits();
      bounds.pages_max = 13;
      crawl_run run{seed, web, bounds};
      BOOST_REQUIRE(run.finish());
      BOOST_TEST(web.rows.size() == 13u);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
