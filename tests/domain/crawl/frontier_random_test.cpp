// SPDX-License-Identifier: BSD-3-Clause
//
// Crawls of random webs under random limits in simulated time, watched by crawl_conduct. A crawl is
// its seed: the one that fails is printed, and running it alone gives the same crawl.

#include <map>
#include <queue>
#include <set>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "domain/crawl/frontier.hpp"
#include "tests/domain/crawl/crawl_conduct.hpp"
#include "tests/domain/crawl/simulated_web.hpp"

using namespace troupe::crawl;
using namespace std::chrono_literals;
using kind = frontier::step::kind;

namespace {

limits random_limits(dice& d) {
  limits b;
  b.concurrency = static_cast<std::uint32_t>(1 + roll(d, 8));
  b.per_host = static_cast<std::uint32_t>(1 + roll(d, 3));
  b.delay_ms = roll(d, 2) ? static_cast<std::uint32_t>(roll(d, 500)) : 0;
  b.crawl_delay_ms_max = 400;
  b.robots_in_flight_max = static_cast<std::uint32_t>(1 + roll(d, 3));
  b.obey_robots = roll(d, 4) != 0;
  b.retries_max = static_cast<std::uint32_t>(roll(d, 4));
  b.retry_base_ms = static_cast<std::uint32_t>(roll(d, 1'000));
  b.retry_ms_max = 2'000;
  b.page_attempts_max = static_cast<std::uint32_t>(1 + roll(d, 4));
  b.redirects_max = static_cast<std::uint32_t>(roll(d, 5));
  if (roll(d, 3) == 0)
    b.pages_max = 1 + roll(d, 30);
  if (roll(d, 5) == 0)
    b.bytes_max = 1 + roll(d, 10'000);
  if (roll(d, 5) == 0)
    b.depth_max = static_cast<std::uint32_t>(roll(d, 4));
  b.seed = d();
  return b;
}

/// Runs one crawl: what the frontier hands out comes back some random time later.
class simulation {
public:
  simulation(std::uint64_t seed, const limits& given, const limits& promised)
      : dice_(seed), web_(seed), bounds_(promised), pages_(given, scope_kind::any),
        conduct_(promised, web_) {}

  std::vector<std::string> run(bool may_stop) {
    for (const auto& s : web_.seeds)
      pages_.add_seed(url::from_normalized(s));
    const std::uint64_t stop_after = may_stop && roll(dice_, 6) == 0 ? roll(dice_, 60) : ~0ull;
    for (std::uint64_t steps = 0;; ++steps) {
      if (steps == stop_after)
        pages_.stop();
      if (steps > 100'000)
        return {"the crawl does not end"};
      conduct_.counted(pages_.counts());
      const auto s = pages_.next(now_);
      if (s.what == kind::finished)
        break;
      if (std::string why = take(s); !why.empty())
        return {why};
    }
    const bool whole = !pages_.stopped() && bounds_.pages_max == 0 && bounds_.bytes_max == 0
                       && bounds_.depth_max == limits{}.depth_max;
    conduct_.ended(pages_.counts(), whole);
    return conduct_.broken;
  }

  /// Returns: every page handed out, and when.
  const std::string& trace() const { return trace_; }

private:
  struct event {
    instant at;
    std::uint64_t order;
    enum { robots, freed, over } what;
    page_job job;
    std::string origin;
    friend bool operator>(const event& a, const event& b) {
      return std::pair(a.at, a.order) > std::pair(b.at, b.order);
    }
  };

  std::string take(const frontier::step& s) {
    switch (s.what) {
    case kind::page:
      conduct_.handed_out(s.job, now_);
      trace_ += s.job.target.str() + " " + std::to_string(now_.time_since_epoch().count()) + "\n";
      if (roll(dice_, 2))
        later(event::freed, s.job, "", 100);
      later(event::over, s.job, "", 300);
      return "";
    case kind::robots:
      conduct_.robots_asked(s.origin, now_);
      later(event::robots, {}, s.origin, 200);
      return "";
    case kind::wait:
      if (s.until <= now_)
        return "asked to wait for what has come";
      if (!events_.empty() && events_.top().at <= s.until)
        happen();
      else
        now_ = s.until;
      return "";
    default:
      if (events_.empty())
        return "busy with nothing";
      happen();
      return "";
    }
  }

  void later(decltype(event::what) what, const page_job& job, std::string origin, unsigned ms_max) {
    const std::chrono::milliseconds delay{roll(dice_, ms_max)};
    events_.push({now_ + delay, ++order_, what, job, std::move(origin)});
  }

  void happen() {
    const event e = events_.top();
    events_.pop();
    now_ = std::max(now_, e.at);
    if (e.what == event::robots) {
      const auto& known = web_.origins.at(e.origin);
      conduct_.robots_told(e.origin);
      pages_.robots_known(e.origin, known.rules, known.unreachable);
    } else if (e.what == event::freed) {
      if (over_.contains({e.job.id, e.order + 1}))
        return pages_.fetch_ended(e.job.id + 1'000'000); // came too late: an id nobody has
      conduct_.connection_freed(e.job.id);
      pages_.fetch_ended(e.job.id);
    } else {
      over_.insert({e.job.id, e.order});
      finish(e.job);
    }
  }

  void finish(const page_job& job) {
    const auto& page = web_.pages.at(job.target.str());
    if (deaths_[job.id] < page.deaths) {
      ++deaths_[job.id];
      conduct_.lost(job.id, pages_.job_lost(job.id, now_).has_value(), pages_.stopped());
      return;
    }
    page_result r;
    r.row.url = job.target.str();
    r.row.bytes = page.bytes;
    r.row.status = 200;
    if (job.attempt < page.failures) {
      r.row.status = page.status;
      r.row.error = page.error;
      if (page.retry_after_s >= 0)
        r.retry_after = std::chrono::seconds{page.retry_after_s};
      if (!page.redirect.empty())
        r.redirect = url::from_normalized(page.redirect);
    } else {
      for (const auto& link : page.links)
        r.links.push_back(url::from_normalized(link));
    }
    conduct_.done(job.id, r, pages_.page_done(job.id, r, now_), now_);
    if (roll(dice_, 10) == 0 && pages_.page_done(job.id, r, now_) != frontier::verdict::unknown)
      conduct_.broken.push_back("a doubled report was taken for news");
  }

  dice dice_;
  simulated_web web_;
  limits bounds_;
  frontier pages_;
  crawl_conduct conduct_;
  instant now_{1h};
  std::priority_queue<event, std::vector<event>, std::greater<>> events_;
  std::uint64_t order_ = 0;
  std::string trace_;
  std::map<std::uint64_t, std::uint32_t> deaths_;
  std::set<std::pair<std::uint64_t, std::uint64_t>> over_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(random_crawls)

BOOST_AUTO_TEST_CASE(every_promise_is_kept_in_every_crawl) {
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    dice d{seed * 7'919};
    const limits bounds = random_limits(d);
    const auto broken = simulation{seed, bounds, bounds}.run(true);
    BOOST_REQUIRE_MESSAGE(broken.empty(), "seed " << seed << ": "
                                                  << (broken.empty() ? "" : broken.front())
                                                  << " and " << broken.size() << " in all");
  }
}

BOOST_AUTO_TEST_CASE(the_same_seed_crawls_the_same) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    dice d{seed};
    const limits bounds = random_limits(d);
    simulation first{seed, bounds, bounds};
    simulation second{seed, bounds, bounds};
    first.run(true);
    second.run(true);
    BOOST_TEST(first.trace() == second.trace());
  }
}

// A watcher that never complains would pass every crawl: here it is promised less than the frontier
// was allowed, once for each promise, and has to notice.
BOOST_AUTO_TEST_CASE(a_broken_promise_is_noticed) {
  struct {
    const char* complaint;
    void (*loosen)(limits&);
  } const rows[] = {
      {"too many requests to one host", [](limits& b) { b.per_host += 1; }},
      {"too many requests http", [](limits& b) { b.concurrency += 1; }},
      {"delay cut short", [](limits& b) { b.delay_ms /= 2; }},
      {"delay cut short", [](limits& b) { b.crawl_delay_ms_max /= 2; }},
      {"page budget passed", [](limits& b) { b.pages_max += b.pages_max ? 1 : 0; }},
      {"byte budget passed", [](limits& b) { b.bytes_max = 0; }},
      {"too deep", [](limits& b) { b.depth_max += 1; }},
      {"too many redirects", [](limits& b) { b.redirects_max += 1; }},
      {"too many retries", [](limits& b) { b.retries_max += 1; }},
      {"back-off cut short", [](limits& b) { b.retry_base_ms /= 4; }},
      {"Retry-After not respected", [](limits& b) { b.retry_ms_max /= 4; }},
      {"too many robots.txt", [](limits& b) { b.robots_in_flight_max += 1; }},
      {"before robots.txt was known", [](limits& b) { b.obey_robots = false; }},
      {"though forbidden", [](limits& b) { b.obey_robots = false; }},
      {"without robots.txt", [](limits& b) { b.obey_robots = false; }},
      {"a lost page's row", [](limits& b) { b.page_attempts_max += 1; }},
      {"more rows than pages_max", [](limits& b) { b.pages_max = 0; }},
  };
  for (const auto& row : rows) {
    int noticed = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
      dice d{seed * 7'919};
      const limits promised = random_limits(d);
      limits given = promised;
      row.loosen(given);
      for (const auto& complaint : simulation{seed, given, promised}.run(true))
        noticed += complaint.find(row.complaint) != std::string::npos;
    }
    BOOST_TEST(noticed > 0, "never noticed: " << row.complaint);
  }
}

BOOST_AUTO_TEST_SUITE_END()
