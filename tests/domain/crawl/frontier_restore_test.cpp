// SPDX-License-Identifier: BSD-3-Clause
//
// A crawl that is cut anywhere and goes on from what it wrote down comes to the same pages as one
// that was not, each once.

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "domain/crawl/final_page.hpp"
#include "tests/domain/crawl/crawl_fixture.hpp"
#include "tests/domain/crawl/simulated_web.hpp"

using namespace troupe::crawl;

namespace {

struct finished_page {
  page_job job;
  page_result result;
};

page_result answer_of(const simulated_web& web, const page_job& job) {
  const auto& page = web.pages.at(job.target.str());
  page_result r;
  r.row.url = job.target.str();
  r.row.bytes = page.bytes;
  r.row.status = 200;
  if (job.attempt < page.failures) {
    r.row.status = page.status;
    r.row.error = page.error;
    if (!page.redirect.empty())
      r.redirect = url::from_normalized(page.redirect);
  } else {
    for (const auto& link : page.links)
      r.links.push_back(url::from_normalized(link));
  }
  return r;
}

// Takes: what was finished before; at how many finished pages in all to break off.
// Returns: all that is finished, in order.
std::vector<finished_page> crawl(const simulated_web& web, const limits& bounds, dice& d,
                                 std::vector<finished_page> done, std::size_t until,
                                 crawl_counts* counts = nullptr) {
  frontier pages{bounds, scope_kind::any};
  for (const auto& s : web.seeds)
    pages.add_seed(url::from_normalized(s));
  for (const auto& f : done) {
    // As it comes from a file.
    const auto kept = read_final_page(to_bytes(f.job, f.result));
    BOOST_REQUIRE(kept);
    BOOST_REQUIRE(pages.restore(kept->job, kept->result));
  }
  instant now{1h};
  std::vector<page_job> in_flight;
  const auto finish_one = [&] {
    const auto i = roll(d, in_flight.size());
    const page_job job = in_flight[i];
    in_flight.erase(in_flight.begin() + static_cast<std::ptrdiff_t>(i));
    auto r = answer_of(web, job);
    if (pages.page_done(job.id, r, now) == verdict::final_row)
      done.push_back({job, std::move(r)});
  };
  while (done.size() < until) {
    const auto s = pages.next(now);
    if (s.what == kind::page) {
      in_flight.push_back(s.job);
      if (roll(d, 3) == 0)
        finish_one();
    } else if (s.what == kind::robots) {
      const auto& known = web.origins.at(s.origin);
      pages.robots_known(s.origin, known.rules, known.unreachable);
    } else if (!in_flight.empty()) {
      finish_one();
    } else if (s.what == kind::wait) {
      now = s.until;
    } else {
      break;
    }
  }
  if (counts)
    *counts = pages.counts();
  return done;
}

std::map<std::string, int> times(const std::vector<finished_page>& all) {
  std::map<std::string, int> out;
  for (const auto& f : all)
    ++out[f.job.target.str()];
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(restored_crawls)

BOOST_AUTO_TEST_CASE(a_crawl_that_was_cut_comes_to_the_same_pages) {
  std::size_t cuts = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    const simulated_web web{seed};
    dice d{seed};
    limits bounds;
    bounds.obey_robots = seed % 2 == 0;
    bounds.concurrency = 4;
    bounds.retry_base_ms = 1;
    crawl_counts whole_counts, cut_counts;
    const auto whole = crawl(web, bounds, d, {}, 1'000'000, &whole_counts);
    std::vector<finished_page> done;
    while (done.size() < whole.size()) {
      const auto before = done.size();
      done = crawl(web, bounds, d, std::move(done), before + 1 + roll(d, 5), &cut_counts);
      BOOST_REQUIRE(done.size() > before);
      ++cuts;
    }
    done = crawl(web, bounds, d, std::move(done), 1'000'000, &cut_counts);
    BOOST_TEST((times(done) == times(whole)), "seed " << seed);
    for (const auto& [url, n] : times(done))
      BOOST_TEST(n == 1, "seed " << seed << ": " << url);
    BOOST_TEST(cut_counts.pages == whole_counts.pages);
    BOOST_TEST(cut_counts.bytes == whole_counts.bytes);
    BOOST_TEST(cut_counts.errors == whole_counts.errors);
    BOOST_TEST(cut_counts.robots_denied == whole_counts.robots_denied);
    BOOST_TEST(cut_counts.queued == 0u);
  }
  BOOST_TEST(cuts > 1'000u);
}

BOOST_AUTO_TEST_CASE(the_page_budget_counts_what_was_restored) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const simulated_web web{seed};
    dice d{seed};
    limits bounds;
    bounds.pages_max = 7;
    auto done = crawl(web, bounds, d, {}, 4);
    done = crawl(web, bounds, d, std::move(done), 1'000'000);
    BOOST_TEST(done.size() <= 7u);
  }
}

BOOST_AUTO_TEST_CASE(a_crawl_is_exhausted_when_next_would_say_that_it_is_finished) {
  std::size_t finished = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const simulated_web web{seed};
    dice d{seed};
    limits bounds;
    bounds.obey_robots = false;
    bounds.pages_max = roll(d, 2) == 0 ? 0 : 1 + roll(d, 12);
    frontier pages{bounds, scope_kind::any};
    for (const auto& s : web.seeds)
      pages.add_seed(url::from_normalized(s));
    instant now{1h};
    for (;;) {
      const bool exhausted = pages.exhausted();
      const auto s = pages.next(now);
      BOOST_REQUIRE_MESSAGE(exhausted == (s.what == kind::finished), "seed " << seed);
      if (s.what == kind::finished)
        break;
      if (s.what == kind::wait)
        now = s.until;
      if (s.what != kind::page)
        continue;
      BOOST_TEST(!pages.exhausted());
      auto r = answer_of(web, s.job);
      pages.page_done(s.job.id, r, now);
    }
    ++finished;
  }
  BOOST_TEST(finished == 200u);
}

BOOST_AUTO_TEST_CASE(what_is_of_another_crawl_is_refused) {
  crawl_fixture crawl;
  crawl.seed({"http://a/", "http://b/"});
  page_result r;
  page_job job;
  job.target = at("http://c/");
  job.id = 1;
  BOOST_TEST(!crawl.pages.restore(job, r)); // a page that nobody has found
  job.target = at("http://b/");
  BOOST_TEST(!crawl.pages.restore(job, r)); // the number of another
  job.target = at("http://a/");
  BOOST_TEST(crawl.pages.restore(job, r));
  BOOST_TEST(!crawl.pages.restore(job, r)); // twice
  BOOST_TEST(!crawl.pages.restore(page_job{}, r));
  crawl.expect("http://b/");
  BOOST_TEST(crawl.counts().queued == 0u);
  BOOST_TEST(crawl.counts().pages == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
