// SPDX-License-Identifier: BSD-3-Clause
// What a crawl's processes send each other, as bytes, and bytes that are no messages.

#include <random>
#include <string>

#include <boost/test/unit_test.hpp>

#include "messages/type_ids.hpp"
#include "runtime/bytes.hpp"
#include "runtime/test_system.hpp"
#include "tests/support/wire.hpp"

using namespace troupe;
using namespace troupe::crawl;

namespace {

using test::wire;

url with_password() { return parse_url("http://user:p%0A%40ss@a.test/x?y=1").value(); }

page_result some_result() {
  page_result r;
  r.row = {"http://a.test/", 301, 2, 3, "text/html", 4, "http://b.test/", fault::redirect_limit, 5};
  r.links = {with_password(), parse_url("https://b.test:8443/").value()};
  r.items = {{"http://a.test/i", std::string("a\0b", 3)}};
  r.all_links = {{"http://b.test/", false}, {"http://c.test/?a", true}};
  r.redirect = parse_url("http://b.test/").value();
  r.retry_after = std::chrono::milliseconds(77);
  r.cut = true;
  r.address = "2001:db8::1";
  r.sitemaps = {parse_url("http://a.test/s").value(), with_password()};
  r.digest = {6, 7};
  r.row.canonical = "http://a.test/c";
  r.row.duplicate_of = "http://a.test/d";
  return r;
}

bool same_url(const url& a, const url& b) {
  return a == b && a.credentials() == b.credentials() && a.port() == b.port()
         && a.path() == b.path() && a.query() == b.query();
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(crawl_messages, wire)

BOOST_AUTO_TEST_CASE(a_url_travels_with_its_credentials) {
  const auto wanted =
      there_and_back(page_wanted{{1, with_password(), 2, 3, 4, true, true, true, true}, 8});
  BOOST_TEST(wanted.grant == 8u);
  const auto& job = wanted.job;
  BOOST_TEST(same_url(job.target, with_password()));
  BOOST_TEST(job.target.credentials() == "user:p\n@ss");
  BOOST_TEST(job.id == 1u);
  BOOST_TEST(job.depth == 2u);
  BOOST_TEST(job.redirects == 3u);
  BOOST_TEST(job.attempt == 4u);
  BOOST_TEST((job.last_hop && job.seed && job.sitemap && job.digest));
  BOOST_TEST(there_and_back(page_wanted{}).job.target.empty());
}

BOOST_AUTO_TEST_CASE(results_and_their_parts_travel) {
  const auto done = there_and_back(page_done{9, some_result(), 3});
  const auto r = some_result();
  BOOST_TEST(done.id == 9u);
  BOOST_TEST(done.grant == 3u);
  BOOST_REQUIRE(done.result.links.size() == 2u);
  BOOST_TEST(same_url(done.result.links[0], r.links[0]));
  BOOST_TEST(same_url(done.result.links[1], r.links[1]));
  BOOST_TEST((done.result.items == r.items));
  BOOST_TEST(same_url(*done.result.redirect, *r.redirect));
  BOOST_TEST((done.result.retry_after == r.retry_after));
  BOOST_TEST((done.result.row.error == fault::redirect_limit));
  BOOST_TEST((done.result.all_links == r.all_links));
  BOOST_TEST(done.result.address == r.address);
  BOOST_TEST((done.result.sitemaps == r.sitemaps));
  BOOST_TEST((done.result.digest == r.digest));
  BOOST_TEST(done.result.row.canonical == r.row.canonical);
  BOOST_TEST(done.result.row.duplicate_of == r.row.duplicate_of);
  const auto part = there_and_back(page_part{9, r.links, r.items, 3, r.all_links, r.sitemaps});
  BOOST_TEST((part.sitemaps == r.sitemaps));
  BOOST_TEST((part.all_links == r.all_links));
  BOOST_TEST(part.links.size() == 2u);
  BOOST_TEST((part.items == r.items));
  BOOST_TEST(part.grant == 3u);
  const auto want = there_and_back(want_page{{}, 5, 6});
  BOOST_TEST(want.fetch_ended == 5u);
  BOOST_TEST(want.team == 6u);
  BOOST_TEST(there_and_back(hands_leave{4}).team == 4u);
  there_and_back(hands_left{});
}

BOOST_AUTO_TEST_CASE(rows_travel_in_parts) {
  const auto r = some_result();
  const auto rows =
      there_and_back(write_rows{{{r.row, r.items, true, r.all_links}, {r.row}}, true, false});
  BOOST_REQUIRE(rows.rows.size() == 2u);
  BOOST_TEST((rows.rows[0].more && !rows.rows[1].more && rows.flush));
  BOOST_TEST((rows.rows[0].links == r.all_links));
  BOOST_TEST(rows.rows[0].row.redirect_to == r.row.redirect_to);
  const auto written = there_and_back(rows_written{"disk full", 12});
  BOOST_TEST(written.error == "disk full");
  BOOST_TEST(written.rows == 12u);
}

BOOST_AUTO_TEST_CASE(why_a_crawl_waits_travels) {
  using namespace std::chrono_literals;
  standstill why;
  why.told = true;
  why.hosts_in_all = 7;
  why.reasons = {{wait_reason::per_host, 3, {}}, {wait_reason::back_off, 2, 1'500ms}};
  why.hosts = {{"a.test:81", 4, 5, wait_reason::retry_after, 60s, 250},
               {"b.test", 1, 0, {}, {}, 0}};
  const auto report = there_and_back(progress_report{{}, why});
  BOOST_TEST((report.why == why));
  BOOST_TEST(!there_and_back(progress_report{}).why.told);
  const auto asked = there_and_back(progress_wanted{true, 9});
  BOOST_TEST((asked.why && asked.hosts_max == 9));
  BOOST_TEST(to_string(static_cast<wait_reason>(200)) == ""); // another build's
}

BOOST_AUTO_TEST_CASE(an_order_travels_with_every_bound) {
  crawl_plan p;
  p.seeds = {with_password()};
  p.scope = scope_kind::domain;
  p.extract = {extract_kind::xpath, "//a", true};
  p.user_agent = "troupe/0 (+me)";
  // Each field another number, so that none can stand for another.
  std::uint32_t n = 1'000;
  auto& b = p.bounds;
  b.pages_max = ++n, b.bytes_max = ++n, b.depth_max = ++n, b.queue_urls_max = ++n;
  b.concurrency = ++n, b.per_host = ++n, b.delay_ms = ++n, b.crawl_delay_ms_max = ++n;
  b.robots_in_flight_max = ++n, b.obey_robots = false, b.connect_ms_max = ++n;
  b.header_ms_max = ++n, b.body_ms_max = ++n, b.body_bytes_max = ++n, b.header_bytes_max = ++n;
  b.robots_bytes_max = ++n, b.redirects_max = ++n, b.retries_max = ++n, b.retry_base_ms = ++n;
  b.retry_ms_max = ++n, b.page_attempts_max = ++n, b.page_losses_max = ++n, b.url_bytes_max = ++n;
  b.links_per_page_max = ++n, b.items_per_page_max = ++n, b.item_bytes_max = ++n, b.seed = ++n;
  // How much memory a frontier takes is up to who keeps it: these two stay here.
  b.frontier_memory_bytes_max = ++n, b.frontier_file_bytes_max = ++n;
  b.per_ip = ++n, b.ip_delay_ms = ++n, b.autothrottle = true, b.autothrottle_target = ++n;
  b.autothrottle_delay_ms_max = ++n;
  static_assert(sizeof(limits) == 208, "a new bound: does it travel?");
  b.sitemaps = sitemap_use::only, b.sitemap_urls_max = ++n, b.sitemap_bytes_max = ++n;
  b.sitemap_depth_max = ++n, b.sitemaps_per_host_max = ++n;
  b.mark_duplicates = true, b.duplicates_max = ++n;
  p.sitemaps = {with_password()};
  const far_http http{false, false, true, {"127.0.0.0/8", "fd00::/8"}};
  const auto order = there_and_back(crawl_ordered{p, http, true, {}, {}});
  const auto& q = order.plan;
  BOOST_TEST(same_url(q.seeds.at(0), with_password()));
  BOOST_TEST((q.scope == scope_kind::domain));
  BOOST_TEST((q.extract.how == extract_kind::xpath));
  BOOST_TEST(q.extract.expression == "//a");
  BOOST_TEST(q.extract.links);
  BOOST_TEST(q.user_agent == p.user_agent);
  BOOST_TEST((!order.http.accept_compressed && !order.http.verify_tls && order.more_seeds));
  BOOST_TEST(order.http.public_only);
  BOOST_TEST(order.http.allowed == http.allowed, boost::test_tools::per_element());
  const auto& c = q.bounds;
  BOOST_TEST((c.pages_max == b.pages_max && c.bytes_max == b.bytes_max && c.depth_max == b.depth_max
              && c.queue_urls_max == b.queue_urls_max && c.concurrency == b.concurrency
              && c.per_host == b.per_host));
  BOOST_TEST((c.delay_ms == b.delay_ms && c.crawl_delay_ms_max == b.crawl_delay_ms_max
              && c.robots_in_flight_max == b.robots_in_flight_max && !c.obey_robots
              && c.connect_ms_max == b.connect_ms_max && c.header_ms_max == b.header_ms_max));
  BOOST_TEST((c.per_ip == b.per_ip && c.ip_delay_ms == b.ip_delay_ms && c.autothrottle
              && c.autothrottle_target == b.autothrottle_target
              && c.autothrottle_delay_ms_max == b.autothrottle_delay_ms_max));
  BOOST_TEST((c.body_ms_max == b.body_ms_max && c.body_bytes_max == b.body_bytes_max
              && c.header_bytes_max == b.header_bytes_max
              && c.robots_bytes_max == b.robots_bytes_max && c.redirects_max == b.redirects_max));
  BOOST_TEST((c.retries_max == b.retries_max && c.retry_base_ms == b.retry_base_ms
              && c.retry_ms_max == b.retry_ms_max && c.page_attempts_max == b.page_attempts_max
              && c.page_losses_max == b.page_losses_max));
  BOOST_TEST((c.url_bytes_max == b.url_bytes_max && c.links_per_page_max == b.links_per_page_max
              && c.items_per_page_max == b.items_per_page_max
              && c.item_bytes_max == b.item_bytes_max && c.seed == b.seed));
  BOOST_TEST((c.frontier_memory_bytes_max == limits{}.frontier_memory_bytes_max
              && c.frontier_file_bytes_max == limits{}.frontier_file_bytes_max));
  BOOST_TEST((c.sitemaps == b.sitemaps && c.sitemap_urls_max == b.sitemap_urls_max
              && c.sitemap_bytes_max == b.sitemap_bytes_max
              && c.sitemap_depth_max == b.sitemap_depth_max
              && c.sitemaps_per_host_max == b.sitemaps_per_host_max && c.mark_duplicates
              && c.duplicates_max == b.duplicates_max));
  BOOST_TEST(same_url(q.sitemaps.at(0), with_password()));
  const auto opened = there_and_back(crawl_opened{1, 2, p, http, {}, {}});
  BOOST_TEST(opened.http.public_only);
  BOOST_TEST(opened.http.allowed == http.allowed, boost::test_tools::per_element());
  BOOST_TEST(opened.id == 1u);
  BOOST_TEST(opened.team == 2u);
  BOOST_TEST(opened.plan.bounds.seed == b.seed);
}

BOOST_AUTO_TEST_CASE(the_small_ones_travel) {
  const auto text = there_and_back(
      robots_text{"http://a", {404, fault::connection_lost, "lost", "User-agent: *\n", true}});
  BOOST_TEST(text.origin == "http://a");
  BOOST_TEST(text.outcome.status == 404);
  BOOST_TEST((text.outcome.error == fault::connection_lost));
  BOOST_TEST(text.outcome.detail == "lost");
  BOOST_TEST(text.outcome.text == "User-agent: *\n");
  BOOST_TEST(text.outcome.moved);
  BOOST_TEST(there_and_back(robots_text_wanted{"http://a"}).origin == "http://a");
  const auto seeds = there_and_back(seeds_ordered{3, {with_password()}, true});
  BOOST_TEST(same_url(seeds.seeds.at(0), with_password()));
  BOOST_TEST(there_and_back(crawl_taken{"no", 4, {}, false}).refused == "no");
  BOOST_TEST(there_and_back(crawl_begun{4, {}}).id == 4u);
  BOOST_TEST(there_and_back(crawl_over{4}).id == 4u);
  BOOST_TEST(there_and_back(crawl_closed{4}).id == 4u);
  BOOST_TEST(there_and_back(foreman_left{4}).crawl == 4u);
  BOOST_TEST(there_and_back(teams_there{4}).teams == 4u);
  BOOST_TEST(there_and_back(head_lost{"why"}).why == "why");
  there_and_back(team_offered{});
  there_and_back(team_leaves{});
  there_and_back(foreman_ready{});
  there_and_back(use_head{});
  crawl_summary sum;
  sum.counts.pages = 5;
  sum.by_status[200] = 4;
  sum.output_error = "x";
  sum.reason = "unreachable";
  const auto ended = there_and_back(crawl_ended{sum}).summary;
  BOOST_TEST(ended.counts.pages == 5u);
  BOOST_TEST(ended.by_status.at(200) == 4u);
  BOOST_TEST(ended.reason == "unreachable");
  const auto waits = there_and_back(job_waits{3, "no node"});
  BOOST_TEST(waits.id == 3u);
  BOOST_TEST(waits.why == "no node");
  BOOST_TEST(!there_and_back(drop_kept{"key", 4, false}).forget);
}

BOOST_AUTO_TEST_SUITE_END()
