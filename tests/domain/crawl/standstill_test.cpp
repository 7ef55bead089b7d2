// SPDX-License-Identifier: BSD-3-Clause
// Why what waits does not go: each reason, of a frontier that is brought to it.

#include <set>

#include "crawl_fixture.hpp"
#include "domain/crawl/standstill.hpp"

namespace troupe::crawl {

namespace {

struct standstill_fixture : crawl_fixture {
  using crawl_fixture::crawl_fixture;
  standstill why(std::size_t hosts_max = 10) const { return pages.explain(now, hosts_max); }
  // Takes: what explain() is to tell of that reason.
  void expect_reason(wait_reason reason, std::uint64_t count,
                     std::optional<milliseconds> first_in = {}) const {
    const auto told = why();
    const auto* r = find_reason(told, reason);
    BOOST_TEST_CONTEXT(to_string(reason)) {
      BOOST_REQUIRE(r);
      BOOST_TEST(r->count == count);
      BOOST_TEST((r->first_in == first_in));
    }
  }
  host_state host(const std::string& name) const {
    for (const auto& h : why().hosts)
      if (h.host == name)
        return h;
    BOOST_ERROR("no host " + name);
    return {};
  }
  std::string sentence() const { return sentence_of(why(), 43'200'000); } // 12:00:00
};

limits with_delay(std::uint32_t ms) {
  auto b = without_robots();
  b.delay_ms = ms;
  return b;
}

} // namespace

BOOST_AUTO_TEST_SUITE(crawl_standstill)

BOOST_AUTO_TEST_CASE(nothing_waits_in_an_empty_crawl) {
  standstill_fixture crawl;
  BOOST_TEST(crawl.why().told);
  BOOST_TEST(crawl.why().reasons.empty());
  BOOST_TEST(crawl.why().hosts.empty());
  BOOST_TEST(crawl.sentence() == "");
}

BOOST_AUTO_TEST_CASE(a_time_of_another_day_has_its_day) {
  standstill x;
  x.told = true;
  add_reason(x, {wait_reason::delay, 1, 2s});
  const std::int64_t day_ms = 86'400'000, leap_day = 11'016 * day_ms; // 2000-02-29
  BOOST_TEST(sentence_of(x, leap_day).find(" until 00:00:02") != std::string::npos);
  BOOST_TEST(sentence_of(x, leap_day + day_ms - 1'000).find(" until 2000-03-01 00:00:01")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_may_go_has_no_reason) {
  standstill_fixture crawl;
  crawl.seed({"http://a/1", "https://b/1"});
  crawl.expect_reason(wait_reason::none, 2);
  BOOST_TEST(crawl.sentence() == "");
  BOOST_TEST(crawl.host("b").queued == 1u);
}

BOOST_AUTO_TEST_CASE(a_delay_is_told_with_its_time) {
  standstill_fixture crawl{with_delay(5'000)};
  crawl.seed({"http://a/1", "http://a/2", "http://a/3", "http://b:8080/1", "http://b:8080/2"});
  crawl.answer(crawl.expect("http://a/1"), 200);
  crawl.now += 1s;
  crawl.answer(crawl.expect("http://b:8080/1"), 200);
  crawl.now += 500ms;
  crawl.expect_wait(3'500ms);
  crawl.expect_reason(wait_reason::delay, 2, 3'500ms);
  const auto a = crawl.host("a");
  BOOST_TEST((a.why == wait_reason::delay));
  BOOST_TEST((a.next_in == 3'500ms));
  BOOST_TEST(a.queued == 2u);
  BOOST_TEST(a.in_flight == 0u);
  BOOST_TEST(a.delay_ms == 5'000u);
  BOOST_TEST((crawl.host("b:8080").next_in == 4'500ms));
  BOOST_TEST(crawl.sentence() == "the delay of a until 12:00:04 (and 1 host more)");
}

BOOST_AUTO_TEST_CASE(a_crawl_delay_is_told_apart) {
  standstill_fixture crawl{limits{}};
  crawl.seed({"http://example.org/1", "http://example.org/2"});
  crawl.expect_robots("http://example.org");
  crawl.know("http://example.org", "User-agent: *\nCrawl-delay: 10\n");
  crawl.expect_wait(10s);
  crawl.expect_reason(wait_reason::crawl_delay, 1, 10s);
  BOOST_TEST(crawl.sentence() == "the crawl-delay of example.org until 12:00:10");
}

BOOST_AUTO_TEST_CASE(retry_after_holds_the_host) {
  standstill_fixture crawl;
  crawl.seed({"http://a/1", "http://a/2"});
  crawl.fail(crawl.expect("http://a/1"), 503, fault::none, 20s);
  crawl.expect_wait(20s);
  crawl.expect_reason(wait_reason::retry_after, 1, 20s);
  crawl.expect_reason(wait_reason::back_off, 1, 20s);
  BOOST_TEST((crawl.host("a").why == wait_reason::retry_after));
  BOOST_TEST(crawl.host("a").queued == 2u);
}

BOOST_AUTO_TEST_CASE(a_back_off_is_of_the_page) {
  auto b = without_robots();
  b.retry_base_ms = b.retry_ms_max = 8'000;
  standstill_fixture crawl{b};
  crawl.seed({"http://a/1"});
  crawl.fail(crawl.expect("http://a/1"), 0, fault::connection_lost);
  BOOST_TEST((crawl.next() == kind::wait));
  const auto left = std::chrono::ceil<milliseconds>(crawl.last.until - crawl.now);
  crawl.expect_reason(wait_reason::back_off, 1, left);
  BOOST_TEST((crawl.host("a").why == wait_reason::back_off));
  BOOST_TEST((crawl.host("a").next_in == left));
  BOOST_TEST(crawl.host("a").queued == 1u);
  BOOST_TEST(crawl.sentence().starts_with("before another attempt until 12:00:0"));
  crawl.now += left;
  crawl.expect("http://a/1");
  BOOST_TEST(crawl.host("a").queued == 0u);
}

BOOST_AUTO_TEST_CASE(a_full_host_waits_for_its_answers) {
  auto b = without_robots();
  b.per_host = 1;
  standstill_fixture crawl{b};
  crawl.seed({"http://a/1", "http://a/2", "http://b/1"});
  crawl.expect("http://a/1");
  crawl.expect("http://b/1");
  BOOST_TEST((crawl.next() == kind::busy));
  crawl.expect_reason(wait_reason::per_host, 1);
  BOOST_TEST(crawl.host("a").in_flight == 1u);
  BOOST_TEST((crawl.host("a").why == wait_reason::per_host));
  BOOST_TEST((crawl.host("b").why == wait_reason::none)); // nothing of it waits
  BOOST_TEST(crawl.sentence() == "for answers of a");
}

BOOST_AUTO_TEST_CASE(all_connections_may_be_in_use) {
  auto b = without_robots();
  b.concurrency = 1;
  standstill_fixture crawl{b};
  crawl.seed({"http://a/1", "http://b/1", "http://c/1"});
  crawl.expect("http://a/1");
  BOOST_TEST((crawl.next() == kind::busy));
  crawl.expect_reason(wait_reason::concurrency, 2);
  BOOST_TEST(crawl.sentence() == "for answers: as many requests are in flight as may be");
}

BOOST_AUTO_TEST_CASE(robots_is_asked_for_or_waits_for_its_turn) {
  limits b;
  b.robots_in_flight_max = 1;
  standstill_fixture crawl{b};
  crawl.seed({"http://a/1", "http://b/1", "http://c/1"});
  crawl.expect_reason(wait_reason::robots_turn, 3);
  crawl.expect_robots("http://a");
  BOOST_TEST((crawl.next() == kind::busy));
  crawl.expect_reason(wait_reason::robots_asked, 1);
  crawl.expect_reason(wait_reason::robots_turn, 2);
  BOOST_TEST((crawl.host("a").why == wait_reason::robots_asked));
  BOOST_TEST((crawl.host("c").why == wait_reason::robots_turn));
  BOOST_TEST(crawl.sentence() == "to ask for robots.txt of b (and 1 host more)");
  crawl.pages.robots_known("http://a", nullptr, true);
  crawl.expect_reason(wait_reason::robots_unreachable, 1);
  BOOST_TEST(!find_reason(crawl.why(), wait_reason::robots_asked));
}

BOOST_AUTO_TEST_CASE(budgets_and_a_stop_are_reasons) {
  auto b = without_robots();
  b.pages_max = 1;
  standstill_fixture crawl{b};
  crawl.seed({"http://a/1", "http://a/2"});
  const auto job = crawl.expect("http://a/1");
  BOOST_TEST((crawl.next() == kind::busy));
  crawl.expect_reason(wait_reason::pages_max, 1);
  BOOST_TEST(crawl.sentence() == "the budget of pages is spent");
  crawl.pages.stop();
  crawl.expect_reason(wait_reason::stopped, 1);
  crawl.answer(job, 200);

  auto by_bytes = without_robots();
  by_bytes.bytes_max = 50;
  standstill_fixture second{by_bytes};
  second.seed({"http://a/1", "http://a/2"});
  second.answer(second.expect("http://a/1"), 200);
  second.expect_reason(wait_reason::bytes_max, 1);
}

BOOST_AUTO_TEST_CASE(no_more_hosts_are_told_than_were_asked_for) {
  auto b = with_delay(1'000);
  standstill_fixture crawl{b};
  for (int i = 0; i < 3'000; ++i) {
    const auto host = "http://h" + std::to_string(i);
    crawl.pages.add_seed(at(host + "/1"));
    crawl.pages.add_seed(at(host + "/2"));
  }
  while (crawl.next() == kind::page)
    crawl.answer(crawl.last.job, 200);
  const auto told = crawl.why(5);
  BOOST_TEST(told.hosts.size() == 5u);
  BOOST_TEST(told.hosts_in_all == 3'000u);
  crawl.expect_reason(wait_reason::delay, 3'000, 1'000ms);
}

BOOST_AUTO_TEST_CASE(reasons_have_names_of_their_own) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(wait_reason::stopped); ++i)
    BOOST_TEST(names.insert(to_string(static_cast<wait_reason>(i))).second);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::crawl
