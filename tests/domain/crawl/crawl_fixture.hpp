// SPDX-License-Identifier: BSD-3-Clause
//
// A frontier, a clock that only the test moves, and answers in a few words.
#pragma once

#include <chrono>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>

#include <boost/test/unit_test.hpp>

#include "domain/crawl/frontier.hpp"

namespace troupe::crawl {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using kind = frontier::step::kind;
using verdict = frontier::verdict;

inline url at(const std::string& text) {
  url u = url::from_normalized(text);
  BOOST_REQUIRE(!u.empty());
  return u;
}

inline limits without_robots() {
  limits b;
  b.obey_robots = false;
  return b;
}

struct crawl_fixture {
  explicit crawl_fixture(const limits& bounds = without_robots(),
                         scope_kind scope = scope_kind::any)
      : pages(bounds, scope) {}

  void seed(std::initializer_list<const char*> urls) {
    for (const char* u : urls)
      BOOST_TEST(pages.add_seed(at(u)));
  }
  kind next() { return (last = pages.next(now)).what; }

  page_job expect(const std::string& target) {
    BOOST_TEST((next() == kind::page));
    BOOST_TEST(last.job.target.str() == target);
    return last.job;
  }
  void expect_robots(const std::string& origin) {
    BOOST_TEST((next() == kind::robots));
    BOOST_TEST(last.origin == origin);
  }
  void expect_wait(milliseconds from_now) {
    BOOST_TEST((next() == kind::wait));
    BOOST_TEST((last.until - now) / 1ms == from_now.count());
  }
  void know(const char* origin, const char* text) {
    pages.robots_known(origin, std::make_shared<robots_rules>(robots_rules::parse(text, "troupe")));
  }

  verdict answer(const page_job& job, int status, std::initializer_list<const char*> links = {}) {
    page_result r;
    r.row.url = job.target.str();
    r.row.status = status;
    r.row.bytes = 100;
    for (const char* link : links)
      r.links.push_back(at(link));
    return pages.page_done(job.id, r, now);
  }
  verdict redirect(const page_job& job, const char* to) {
    page_result r;
    r.row.status = 301;
    r.row.redirect_to = to;
    r.redirect = at(to);
    return pages.page_done(job.id, r, now);
  }
  verdict fail(const page_job& job, int status, fault error = fault::none,
               std::optional<milliseconds> retry_after = std::nullopt) {
    page_result r;
    r.row.status = status;
    r.row.error = error;
    r.retry_after = retry_after;
    return pages.page_done(job.id, r, now);
  }
  const crawl_counts& counts() const { return pages.counts(); }

  frontier pages;
  instant now{1h};
  frontier::step last;
};

} // namespace troupe::crawl
