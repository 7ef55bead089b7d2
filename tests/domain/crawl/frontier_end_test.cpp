// SPDX-License-Identifier: BSD-3-Clause
//
// How pages and crawls end: retries, lost workers, budgets, stop; and what is never taken in.

#include "domain/crawl/frontier.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

#include "tests/domain/crawl/crawl_fixture.hpp"

using namespace troupe::crawl;

namespace {

/// Pages that are tried again come back at once.
limits quick_retries() {
  limits b = without_robots();
  b.retry_base_ms = 0;
  return b;
}

} // namespace

BOOST_AUTO_TEST_SUITE(crawl_frontier_ends)

BOOST_AUTO_TEST_CASE(a_failure_that_may_pass_is_tried_again_until_retries_end) {
  crawl_fixture crawl{quick_retries()};
  crawl.seed({"http://a/"});
  const auto first = crawl.expect("http://a/");
  BOOST_TEST(first.attempt == 0u);
  BOOST_TEST((crawl.fail(first, 0, fault::connection_lost) == verdict::retried));
  BOOST_TEST(crawl.counts().queued == 1u);
  BOOST_TEST(crawl.counts().pages == 0u);
  const auto second = crawl.expect("http://a/");
  BOOST_TEST(second.id == first.id);
  BOOST_TEST(second.attempt == 1u);
  BOOST_TEST(second.seed);
  BOOST_TEST((crawl.fail(second, 500) == verdict::retried));
  const auto third = crawl.expect("http://a/");
  BOOST_TEST((crawl.fail(third, 0, fault::connection_lost) == verdict::final_row));
  BOOST_TEST((crawl.next() == kind::finished));
  BOOST_TEST(crawl.counts().retried == 2u);
  BOOST_TEST(crawl.counts().pages == 1u);
  BOOST_TEST(crawl.counts().errors == 1u);
}

BOOST_AUTO_TEST_CASE(what_will_not_pass_is_final_at_once) {
  crawl_fixture crawl;
  crawl.seed({"http://a/1", "http://a/2"});
  BOOST_TEST((crawl.fail(crawl.expect("http://a/1"), 404) == verdict::final_row));
  BOOST_TEST((crawl.fail(crawl.expect("http://a/2"), 0, fault::tls_failed) == verdict::final_row));
  BOOST_TEST((crawl.next() == kind::finished));
  BOOST_TEST(crawl.counts().errors == 1u);
}

BOOST_AUTO_TEST_CASE(a_retry_waits_its_time_and_holds_nobody_up) {
  crawl_fixture crawl; // the first back-off is 250 to 500 ms
  crawl.seed({"http://a/1", "http://a/2", "http://a/3"});
  crawl.fail(crawl.expect("http://a/1"), 0, fault::header_timeout);
  crawl.answer(crawl.expect("http://a/2"), 200);
  crawl.answer(crawl.expect("http://a/3"), 200, {"http://a/4"});
  crawl.answer(crawl.expect("http://a/4"), 200);
  BOOST_TEST((crawl.next() == kind::wait));
  const auto wait = crawl.last.until - crawl.now;
  BOOST_TEST((wait >= 250ms && wait <= 500ms));
  crawl.now = crawl.last.until - 1ms;
  BOOST_TEST((crawl.next() == kind::wait));
  crawl.now += 1ms;
  crawl.expect("http://a/1");
}

BOOST_AUTO_TEST_CASE(back_offs_differ_by_page_and_by_the_crawls_seed) {
  const auto wait_of = [](const char* target, std::uint64_t seed) {
    limits b = without_robots();
    b.retry_base_ms = 1'000'000;
    b.retry_ms_max = 1'000'000;
    b.seed = seed;
    crawl_fixture crawl{b};
    crawl.seed({"http://a/1", "http://a/2"});
    page_job jobs[] = {crawl.expect("http://a/1"), crawl.expect("http://a/2")};
    crawl.fail(jobs[target[9] - '1'], 503);
    crawl.next();
    return (crawl.last.until - crawl.now).count();
  };
  BOOST_TEST(wait_of("http://a/1", 1) == wait_of("http://a/1", 1));
  BOOST_TEST(wait_of("http://a/1", 1) != wait_of("http://a/2", 1));
  BOOST_TEST(wait_of("http://a/1", 1) != wait_of("http://a/1", 2));
}

BOOST_AUTO_TEST_CASE(retry_after_makes_the_whole_host_wait) {
  crawl_fixture crawl{quick_retries()};
  crawl.seed({"http://a/1", "http://a/2", "http://b/1"});
  const auto a1 = crawl.expect("http://a/1");
  BOOST_TEST((crawl.fail(a1, 429, fault::none, 5s) == verdict::retried));
  crawl.expect("http://b/1");
  crawl.expect_wait(5s);
  crawl.now += 5s;
  crawl.expect("http://a/1");
  crawl.expect("http://a/2");
}

BOOST_AUTO_TEST_CASE(retry_after_holds_the_host_also_when_its_page_is_given_up) {
  limits b = quick_retries();
  b.retries_max = 0;
  b.retry_ms_max = 7'000;
  crawl_fixture crawl{b};
  crawl.seed({"http://a/1", "http://a/2"});
  BOOST_TEST((crawl.fail(crawl.expect("http://a/1"), 503, fault::none, 1h) == verdict::final_row));
  crawl.expect_wait(7s); // no longer than retry_ms_max
  crawl.now += 7s;
  crawl.fail(crawl.expect("http://a/2"), 404, fault::none, 1h); // means nothing with other statuses
  BOOST_TEST((crawl.next() == kind::finished));
}

BOOST_AUTO_TEST_CASE(a_wait_is_exact_also_if_it_grew_while_it_was_waited_for) {
  limits b = quick_retries();
  b.delay_ms = 1'000;
  crawl_fixture crawl{b};
  crawl.seed({"http://a/1", "http://a/2"});
  const auto a1 = crawl.expect("http://a/1");
  crawl.expect_wait(1s);
  crawl.fail(a1, 503, fault::none, 5s);
  crawl.expect_wait(5s);
  crawl.now += 5s;
  crawl.expect("http://a/1");
}

BOOST_AUTO_TEST_CASE(nobody_waits_for_a_host_that_has_nothing_left_to_give) {
  limits b = without_robots();
  b.pages_max = 2;
  b.delay_ms = 1'000;
  crawl_fixture crawl{b};
  crawl.seed({"http://a/1", "http://a/2", "http://b/1"});
  crawl.answer(crawl.expect("http://a/1"), 200);
  const auto b1 = crawl.expect("http://b/1"); // by now host a waits for its delay
  crawl.answer(b1, 200, {"http://a/3"});
  BOOST_TEST((crawl.next() == kind::finished)); // for pages that the budget does not cover
}

BOOST_AUTO_TEST_CASE(late_and_doubled_reports_change_nothing) {
  crawl_fixture crawl;
  crawl.seed({"http://a/"});
  const auto job = crawl.expect("http://a/");
  crawl.pages.fetch_ended(job.id + 7);
  BOOST_TEST((crawl.answer(job, 200) == verdict::final_row));
  BOOST_TEST((crawl.answer(job, 200, {"http://a/x"}) == verdict::unknown));
  crawl.pages.fetch_ended(job.id);
  BOOST_TEST(!crawl.pages.job_lost(job.id, crawl.now).has_value());
  BOOST_TEST(crawl.counts().pages == 1u);
  BOOST_TEST((crawl.next() == kind::finished));
}

BOOST_AUTO_TEST_CASE(a_lost_page_goes_out_again_at_once_but_not_for_ever) {
  limits b = without_robots();
  b.page_attempts_max = 3;
  crawl_fixture crawl{b};
  crawl.seed({"http://a/1", "http://a/2"});
  for (int i = 0; i < 2; ++i) {
    const auto job = crawl.expect("http://a/1");
    BOOST_TEST(job.attempt == 0u); // not the page's fault: the back-off does not grow
    BOOST_TEST(!crawl.pages.job_lost(job.id, crawl.now).has_value());
    BOOST_TEST(crawl.counts().in_flight == 0u);
    BOOST_TEST(crawl.counts().queued == 2u);
  }
  const auto row = crawl.pages.job_lost(crawl.expect("http://a/1").id, crawl.now);
  BOOST_REQUIRE(row.has_value());
  BOOST_TEST(row->url == "http://a/1");
  BOOST_TEST((row->error == fault::worker_lost));
  BOOST_TEST(row->status == 0);
  BOOST_TEST(crawl.counts().pages == 1u);
  BOOST_TEST(crawl.counts().errors == 1u);
  BOOST_TEST(crawl.counts().retried == 2u);
  crawl.answer(crawl.expect("http://a/2"), 200, {"http://a/1"});
  BOOST_TEST((crawl.next() == kind::finished));
}

BOOST_AUTO_TEST_CASE(a_page_lost_with_its_connection_did_no_harm_but_is_not_lost_for_ever) {
  limits b = without_robots();
  b.page_attempts_max = 2;
  b.page_losses_max = 10;
  crawl_fixture crawl{b};
  crawl.seed({"http://a/1"});
  for (int i = 0; i < 10; ++i)
    BOOST_TEST(
        !crawl.pages.job_lost(crawl.expect("http://a/1").id, crawl.now, frontier::loss::connection)
             .has_value());
  BOOST_TEST(!crawl.pages.job_lost(crawl.expect("http://a/1").id, crawl.now).has_value());
  const auto row =
      crawl.pages.job_lost(crawl.expect("http://a/1").id, crawl.now, frontier::loss::connection);
  BOOST_REQUIRE(row.has_value());
  BOOST_TEST((row->error == fault::worker_lost));
  BOOST_TEST((crawl.next() == kind::finished));
}

BOOST_AUTO_TEST_CASE(there_are_never_more_rows_than_pages_max) {
  limits b = quick_retries();
  b.pages_max = 2;
  crawl_fixture crawl{b};
  crawl.seed({"http://a/1", "http://a/2", "http://a/3"});
  const auto one = crawl.expect("http://a/1");
  const auto two = crawl.expect("http://a/2");
  BOOST_TEST((crawl.next() == kind::busy));
  crawl.fail(one, 503);
  crawl.expect("http://a/1"); // begun: it has its share
  crawl.answer(two, 200, {"http://a/4"});
  BOOST_TEST((crawl.next() == kind::busy));
  crawl.answer(one, 200);
  BOOST_TEST((crawl.next() == kind::finished));
  BOOST_TEST(crawl.counts().pages == 2u);
  BOOST_TEST(crawl.counts().queued == 2u);
}

BOOST_AUTO_TEST_CASE(a_used_up_budget_still_waits_for_the_retries_it_covers) {
  limits b = without_robots();
  b.pages_max = 1;
  crawl_fixture crawl{b};
  crawl.seed({"http://a/1", "http://a/2", "http://b/1"});
  crawl.fail(crawl.expect("http://a/1"), 503);
  BOOST_TEST((crawl.next() == kind::wait));
  crawl.now = crawl.last.until;
  const auto again = crawl.expect("http://a/1");
  BOOST_TEST(!crawl.pages.job_lost(again.id, crawl.now).has_value());
  crawl.answer(crawl.expect("http://a/1"), 200);
  BOOST_TEST((crawl.next() == kind::finished));
  BOOST_TEST(crawl.counts().pages == 1u);
}

BOOST_AUTO_TEST_CASE(a_used_up_budget_waits_for_no_delay_and_no_robots_txt) {
  limits b;
  b.pages_max = 1;
  b.delay_ms = 1'000;
  crawl_fixture crawl{b};
  crawl.seed({"http://a/1", "http://a/2", "http://b/1"});
  crawl.expect_robots("http://a");
  crawl.expect_robots("http://b");
  crawl.know("http://a", "");
  crawl.now += 1s;
  const auto one = crawl.expect("http://a/1");
  BOOST_TEST((crawl.next() == kind::busy));
  crawl.answer(one, 200, {"http://c/"});
  BOOST_TEST((crawl.next() == kind::finished));
}

BOOST_AUTO_TEST_CASE(after_bytes_max_nothing_more_is_handed_out) {
  limits b = without_robots();
  b.bytes_max = 150; // an answer has 100
  crawl_fixture crawl{b};
  crawl.seed({"http://a/1", "http://a/2", "http://b/3", "http://b/4"});
  crawl.answer(crawl.expect("http://a/1"), 200);
  const auto b3 = crawl.expect("http://b/3");
  const auto a2 = crawl.expect("http://a/2");
  crawl.answer(b3, 200);
  BOOST_TEST((crawl.next() == kind::busy));
  BOOST_TEST((crawl.fail(a2, 503) == verdict::final_row)); // there will be no other chance
  BOOST_TEST((crawl.next() == kind::finished));
  BOOST_TEST(crawl.counts().pages == 3u);
  BOOST_TEST(crawl.counts().queued == 1u);
}

BOOST_AUTO_TEST_CASE(a_stopped_crawl_takes_what_is_in_flight_and_ends) {
  crawl_fixture crawl;
  crawl.seed({"http://a/1", "http://a/2", "http://a/3"});
  const auto one = crawl.expect("http://a/1");
  const auto two = crawl.expect("http://a/2");
  BOOST_TEST(!crawl.pages.stopped());
  crawl.pages.stop();
  BOOST_TEST(crawl.pages.stopped());
  BOOST_TEST((crawl.next() == kind::busy));
  BOOST_TEST((crawl.fail(one, 503) == verdict::final_row));
  BOOST_TEST((crawl.next() == kind::busy));
  BOOST_TEST((crawl.answer(two, 200, {"http://a/4"}) == verdict::final_row));
  BOOST_TEST((crawl.next() == kind::finished));
  BOOST_TEST(crawl.counts().pages == 2u);
}

BOOST_AUTO_TEST_CASE(a_page_lost_after_the_stop_gets_its_row) {
  crawl_fixture crawl;
  crawl.seed({"http://a/1"});
  const auto one = crawl.expect("http://a/1");
  crawl.pages.stop();
  const auto row = crawl.pages.job_lost(one.id, crawl.now);
  BOOST_REQUIRE(row.has_value());
  BOOST_TEST((row->error == fault::worker_lost));
  BOOST_TEST((crawl.next() == kind::finished));
  BOOST_TEST(crawl.counts().queued == 0u);
}

BOOST_AUTO_TEST_CASE(no_more_urls_are_known_than_queue_urls_max) {
  limits b = without_robots();
  b.queue_urls_max = 3;
  crawl_fixture crawl{b};
  crawl.seed({"http://a/1", "http://a/2"});
  crawl.answer(crawl.expect("http://a/1"), 200,
               {"http://a/2", "http://a/3", "http://a/4", "http://a/5"});
  BOOST_TEST(crawl.counts().dropped == 2u);
  BOOST_TEST(!crawl.pages.add_seed(at("http://a/6")));
  BOOST_TEST(!crawl.pages.add_seed(at("http://a/1")));
  BOOST_TEST(crawl.counts().dropped == 3u);
  crawl.answer(crawl.expect("http://a/2"), 200);
  crawl.answer(crawl.expect("http://a/3"), 200);
  BOOST_TEST((crawl.next() == kind::finished));
}

BOOST_AUTO_TEST_CASE(urls_that_are_too_long_are_not_followed) {
  limits b = without_robots();
  b.url_bytes_max = 20;
  crawl_fixture crawl{b};
  crawl.seed({"http://a/12345678901"});
  BOOST_TEST(!crawl.pages.add_seed(at("http://a/123456789012")));
  BOOST_TEST(crawl.counts().dropped == 1u);
  b.url_bytes_max = 0xffff'ffff; // more than a store can hold is as good as what it can
  crawl_fixture wide{b};
  BOOST_TEST(!wide.pages.add_seed(at("http://a/" + std::string(2u << 20, 'x'))));
  const std::string long_url = "http://a/" + std::string((1u << 20) - 13, 'x');
  BOOST_TEST(wide.pages.add_seed(at(long_url)));
  wide.expect(long_url);
}

BOOST_AUTO_TEST_CASE(credentials_reach_the_page_they_were_given_for) {
  crawl_fixture crawl{quick_retries()};
  BOOST_TEST(crawl.pages.add_seed(*parse_url("http://me:secret@a/1")));
  crawl.seed({"http://a/2"});
  const auto one = crawl.expect("http://a/1");
  BOOST_TEST(one.target.credentials() == "me:secret");
  crawl.fail(one, 503);
  BOOST_TEST(crawl.expect("http://a/1").target.credentials() == "me:secret");
  BOOST_TEST(crawl.expect("http://a/2").target.credentials() == "");
}

BOOST_AUTO_TEST_CASE(limits_of_zero_do_not_stand_still) {
  limits b = without_robots();
  b.concurrency = 0;
  b.per_host = 0;
  b.page_attempts_max = 0;
  crawl_fixture crawl{b};
  crawl.seed({"http://a/1", "http://a/2"});
  BOOST_TEST(crawl.pages.job_lost(crawl.expect("http://a/1").id, crawl.now).has_value());
  crawl.answer(crawl.expect("http://a/2"), 200);
  BOOST_TEST((crawl.next() == kind::finished));
}

BOOST_AUTO_TEST_CASE(a_hundred_thousand_urls_are_all_handed_out) {
  limits b = without_robots();
  b.concurrency = 1;
  crawl_fixture crawl{b};
  constexpr int urls = 100'000;
  for (int i = 0; i < urls; ++i)
    BOOST_REQUIRE(crawl.pages.add_seed(
        url::from_normalized("http://h" + std::to_string(i % 1'000) + "/" + std::to_string(i))));
  for (int i = 0; i < urls; ++i) {
    BOOST_REQUIRE(!crawl.pages.add_seed(
        url::from_normalized("http://h" + std::to_string(i % 1'000) + "/" + std::to_string(i))));
    BOOST_REQUIRE((crawl.next() == kind::page));
    crawl.answer(crawl.last.job, 200);
  }
  BOOST_TEST((crawl.next() == kind::finished));
  BOOST_TEST(crawl.counts().pages == urls);
}

BOOST_AUTO_TEST_SUITE_END()
