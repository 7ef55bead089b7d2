// SPDX-License-Identifier: BSD-3-Clause
// Which crawl runs, which waits, which is kept.

#include <boost/test/unit_test.hpp>

#include "domain/crawl/job_book.hpp"

using namespace troupe::crawl;

namespace {

crawl_plan plan(const char* seed = "http://user:secret@example.org/") {
  crawl_plan p;
  p.seeds.push_back(parse_url(seed).value());
  return p;
}

crawl_summary summary(std::uint64_t pages) {
  crawl_summary s;
  s.counts.pages = pages;
  return s;
}

job_state state(const job_book& book, std::uint64_t id) { return book.find(id)->state; }

} // namespace

BOOST_AUTO_TEST_SUITE(jobs)

BOOST_AUTO_TEST_CASE(so_many_run_the_others_wait_in_order_and_further_ones_are_refused) {
  job_book book{{.running_max = 2, .waiting_max = 1, .finished_max = 9}};
  BOOST_TEST(book.add(plan(), 10).value() == 1u);
  BOOST_TEST(book.add(plan(), 11).value() == 2u);
  BOOST_TEST(book.add(plan(), 12).value() == 3u);
  BOOST_TEST(!book.add(plan(), 13).has_value());
  BOOST_TEST(book.start_next(20).value() == 1u);
  BOOST_TEST(book.start_next(21).value() == 2u);
  BOOST_TEST(!book.start_next(22).has_value());
  BOOST_TEST(!book.add(plan(), 23).has_value());
  book.ended(1, summary(5), false, 30);
  BOOST_TEST((state(book, 1) == job_state::done));
  BOOST_TEST(book.find(1)->counts.pages == 5u);
  BOOST_TEST(book.start_next(31).value() == 3u);
  BOOST_TEST(book.find(3)->started_unix_ms == 31);
  BOOST_TEST(book.add(plan(), 32).value() == 4u);
}

BOOST_AUTO_TEST_CASE(a_crawl_that_got_nothing_has_failed) {
  job_book book{{.running_max = 9, .waiting_max = 9, .finished_max = 9}};
  for (std::int64_t i = 1; i <= 4; ++i) {
    book.add(plan(), i);
    book.start_next(i);
  }
  // A robots.txt that could not be had: the page has no row.
  crawl_summary s;
  s.first_error = "http://example.org/ (robots.txt: connect_failed)";
  book.ended(1, s, false, 9);
  BOOST_TEST((state(book, 1) == job_state::failed));
  BOOST_TEST(book.find(1)->reason == "nothing_fetched");
  BOOST_TEST(book.find(1)->detail == s.first_error);
  BOOST_TEST(book.find(1)->counts.errors == 1u);
  // A page that could not be had.
  s = summary(1);
  s.counts.errors = 1;
  s.by_status[0] = 1;
  book.ended(2, s, false, 9);
  BOOST_TEST((state(book, 2) == job_state::failed));
  BOOST_TEST(book.find(2)->counts.errors == 1u);
  // One that was answered, if not as one would like; one of two.
  s.by_status = {{404, 1}};
  book.ended(3, s, false, 9);
  BOOST_TEST((state(book, 3) == job_state::done));
  s = summary(2);
  s.counts.errors = 1;
  book.ended(4, s, false, 9);
  BOOST_TEST((state(book, 4) == job_state::done));
  BOOST_TEST(book.find(4)->reason == "");
}

BOOST_AUTO_TEST_CASE(what_waits_is_canceled_at_once_and_what_runs_when_it_has_ended) {
  job_book book{{.running_max = 1, .waiting_max = 5, .finished_max = 9}};
  book.add(plan(), 1);
  book.add(plan(), 1);
  book.start_next(2);
  using dropped = job_book::dropped;
  BOOST_TEST((book.drop(7, 3) == dropped::unknown));
  BOOST_TEST((book.drop(2, 3) == dropped::canceled));
  BOOST_TEST((state(book, 2) == job_state::canceled));
  BOOST_TEST((book.drop(1, 3) == dropped::canceling));
  BOOST_TEST((book.drop(1, 3) == dropped::asked));
  BOOST_TEST(!book.start_next(4).has_value());
  auto s = summary(3);
  s.interrupted = true;
  book.ended(1, s, false, 5);
  BOOST_TEST((state(book, 1) == job_state::canceled));
  BOOST_TEST((book.drop(1, 6) == dropped::forgotten));
  BOOST_TEST(book.find(1) == nullptr);
  BOOST_TEST((book.drop(1, 6) == dropped::unknown));
  BOOST_TEST(book.totals().pages == 3u);
}

BOOST_AUTO_TEST_CASE(the_one_that_ended_first_goes_first) {
  job_book book{{.running_max = 3, .waiting_max = 5, .finished_max = 2}};
  for (int i = 0; i < 4; ++i)
    book.add(plan(), 1);
  for (int i = 0; i < 3; ++i)
    book.start_next(2);
  book.ended(2, summary(1), false, 10);
  book.ended(1, summary(1), false, 11);
  BOOST_TEST(book.all().size() == 4u);
  book.ended(3, summary(1), false, 12);
  BOOST_TEST(book.find(2) == nullptr);
  BOOST_TEST(book.find(1) != nullptr);
  BOOST_TEST(book.find(4) != nullptr); // it waits: that is no reason to go
  BOOST_TEST(book.finished() == 3u);
  BOOST_TEST(book.running() == 0u);
}

BOOST_AUTO_TEST_CASE(an_end_before_its_time_has_a_reason) {
  job_book book{{}};
  for (int i = 0; i < 2; ++i) {
    book.add(plan(), 1);
    book.start_next(1);
  }
  auto s = summary(1);
  s.output_error = "no more";
  book.ended(1, s, true, 2);
  book.ended(2, s, false, 2);
  BOOST_TEST((state(book, 1) == job_state::failed));
  BOOST_TEST(book.find(1)->reason == "results_bytes_max");
  BOOST_TEST(book.find(2)->reason == "output_failed");
  BOOST_TEST(book.find(2)->detail == "no more");
  book.ended(2, summary(77), false, 3); // a double changes nothing
  BOOST_TEST(book.find(2)->counts.pages == 1u);
}

BOOST_AUTO_TEST_CASE(what_a_crawl_waits_for_is_told_until_it_goes_on) {
  job_book book{{}};
  book.add(plan(), 1);
  book.start_next(1);
  book.waits(1, "no node");
  BOOST_TEST(book.find(1)->detail == "no node");
  BOOST_TEST((state(book, 1) == job_state::running));
  book.waits(1, "");
  BOOST_TEST(book.find(1)->detail == "");
  book.waits(7, "nobody");
  auto s = summary(2);
  s.first_error = "http://example.org/: connect_failed";
  book.ended(1, s, false, 2);
  book.waits(1, "late");
  BOOST_TEST(book.find(1)->detail == s.first_error);
}

BOOST_AUTO_TEST_CASE(of_a_crawl_whose_cluster_was_lost_the_last_report_counts) {
  job_book book{{}};
  for (int i = 0; i < 3; ++i) {
    book.add(plan(), 1);
    book.start_next(1);
    crawl_counts so_far;
    so_far.pages = 5, so_far.bytes = 700, so_far.errors = 1, so_far.in_flight = 3;
    book.progressed(static_cast<std::uint64_t>(i) + 1, so_far);
  }
  auto s = summary(4); // that are written
  s.reason = "unreachable";
  s.output_error = "the coordinator was lost";
  book.ended(1, s, false, 2);
  BOOST_TEST((state(book, 1) == job_state::failed));
  BOOST_TEST(book.find(1)->reason == "unreachable");
  BOOST_TEST(book.find(1)->detail == "the coordinator was lost");
  BOOST_TEST(book.find(1)->counts.pages == 4u);
  BOOST_TEST(book.find(1)->counts.bytes == 700u);
  BOOST_TEST(book.find(1)->counts.in_flight == 0u);
  s.output_error.clear();
  s.interrupted = true; // it was told to stop, and nobody answered
  book.ended(2, s, false, 2);
  BOOST_TEST((state(book, 2) == job_state::canceled));
  BOOST_TEST(book.find(2)->counts.bytes == 700u);
  book.ended(3, summary(6), false, 2);
  BOOST_TEST(book.find(3)->counts.bytes == 0u);
}

BOOST_AUTO_TEST_CASE(no_password_is_shown) {
  job_book book{{}};
  book.add(plan(), 1);
  BOOST_TEST(book.find(1)->seeds.at(0) == "http://example.org/");
}

BOOST_AUTO_TEST_SUITE_END()
