// SPDX-License-Identifier: BSD-3-Clause
//
// A frontier whose texts are spilled decides what one with all of them in memory decides: both are
// told the same, drawn from a seed, and answer the same. A crawl is its seed: the one that fails is
// printed.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "tests/domain/crawl/crawl_fixture.hpp"
#include "tests/domain/crawl/memory_spill.hpp"
#include "tests/domain/crawl/simulated_web.hpp"

using namespace troupe::crawl;

namespace {

/// Long URLs by number, so that some hundreds of them are more than memory is to hold.
url url_of(std::uint64_t number) {
  const bool https = number % 7 == 0;
  std::string text = (https ? "https://host" : "http://host") + std::to_string(number % 13)
                     + (number % 13 == 5 ? ".example:8080/" : ".example/");
  text += (number % 17 == 0 ? "private/" : "") + std::to_string(number) + "/";
  text.append(number * 7'919 % 2'500, static_cast<char>('a' + number % 26));
  // Credentials are no part of the text.
  return url::from_normalized(text, number % 29 == 0 ? "user:word" + std::to_string(number) : "");
}

limits drawn_limits(dice& d) {
  limits b;
  b.concurrency = static_cast<std::uint32_t>(1 + roll(d, 30));
  b.per_host = static_cast<std::uint32_t>(1 + roll(d, 4));
  b.delay_ms = roll(d, 2) ? static_cast<std::uint32_t>(roll(d, 20)) : 0;
  b.obey_robots = roll(d, 4) != 0;
  b.retries_max = static_cast<std::uint32_t>(roll(d, 4));
  b.retry_base_ms = static_cast<std::uint32_t>(roll(d, 100));
  b.redirects_max = static_cast<std::uint32_t>(roll(d, 20));
  b.page_attempts_max = static_cast<std::uint32_t>(1 + roll(d, 4));
  if (roll(d, 4) == 0)
    b.pages_max = 300 + roll(d, 3'000);
  if (roll(d, 6) == 0)
    b.queue_urls_max = 500 + roll(d, 3'000);
  if (roll(d, 6) == 0)
    b.url_bytes_max = 2'000;
  b.seed = d();
  b.frontier_memory_bytes_max = roll(d, 2) << 20;
  return b;
}

/// Tells both the same and compares what they say.
class two_frontiers {
public:
  two_frontiers(std::uint64_t seed, const limits& b, std::vector<page_job> ended_before = {})
      : dice_(seed), bounds_(b), spill_(new memory_spill), whole_(b, scope_kind::any),
        spilled_(b, scope_kind::any, std::unique_ptr<text_spill>{spill_}),
        restored_(std::move(ended_before)) {}

  /// Returns: "" or where they differ.
  std::string run(std::uint64_t steps) {
    for (std::uint64_t i = 0; i < 5; ++i)
      same(&frontier::add_seed, url_of(i * 3));
    for (const auto& job : restored_)
      restore(job);
    for (std::uint64_t i = 0; i < steps && wrong_.empty(); ++i)
      step(i);
    const auto fresh = whole_.counts().queued;
    if (wrong_.empty() && fresh > 0 && roll(dice_, 2))
      drain();
    return wrong_;
  }
  std::size_t spilled_bytes() const { return spill_->bytes.size(); }
  const std::vector<page_job>& ended() const { return ended_; }

private:
  template <class Result, class... Takes, class... Gives>
  Result same(Result (frontier::*what)(Takes...), Gives&&... arguments) {
    const Result a = (whole_.*what)(arguments...);
    const Result b = (spilled_.*what)(arguments...);
    if (!(a == b))
      differ("an answer");
    compare_counts();
    return a;
  }

  void differ(const std::string& what) {
    if (wrong_.empty())
      wrong_ = what + " differs in step " + std::to_string(steps_);
  }

  void compare_counts() {
    const auto& a = whole_.counts();
    const auto& b = spilled_.counts();
    const auto all = [](const crawl_counts& c) {
      return std::vector{c.pages,        c.items,         c.errors,
                         c.bytes,        c.queued,        c.in_flight,
                         c.retried,      c.robots_denied, c.robots_unreachable,
                         c.out_of_scope, c.cut,           c.dropped};
    };
    if (all(a) != all(b))
      differ("a count");
    if (whole_.exhausted() != spilled_.exhausted()
        || whole_.denied_seed() != spilled_.denied_seed())
      differ("exhausted() or the denied seed");
    if (!spilled_.failure().empty())
      differ(spilled_.failure());
  }

  void step(std::uint64_t number) {
    steps_ = number;
    const auto what = roll(dice_, 100);
    if (what < 55)
      hand_out();
    else if (what < 60 && !flying_.empty())
      lose();
    else if (what < 65 && !asked_.empty())
      tell_robots();
    else if (what < 70 && !flying_.empty()) {
      const auto id = flying_[roll(dice_, flying_.size())].id;
      whole_.fetch_ended(id);
      spilled_.fetch_ended(id);
    } else if (!flying_.empty())
      finish();
    else if (!asked_.empty())
      tell_robots();
    if (number % 997 == 996)
      same(&frontier::page_done, number * 1'000'003, page_result{}, now_); // an id of nobody
  }

  void hand_out() {
    const auto liked = std::to_string(roll(dice_, 13)) + ".";
    host_preference prefers;
    if (roll(dice_, 3) == 0)
      prefers = [&liked](std::string_view host) { return host.find(liked) != host.npos; };
    const auto a = whole_.next(now_, prefers);
    const auto b = spilled_.next(now_, prefers);
    if (a.what != b.what || a.origin != b.origin || a.until != b.until || a.job.id != b.job.id
        || a.job.target.str() != b.job.target.str()
        || a.job.target.credentials() != b.job.target.credentials() || a.job.depth != b.job.depth
        || a.job.redirects != b.job.redirects || a.job.attempt != b.job.attempt
        || a.job.last_hop != b.job.last_hop || a.job.seed != b.job.seed)
      return differ("a step");
    compare_counts();
    if (a.what == kind::page)
      flying_.push_back(a.job);
    else if (a.what == kind::robots)
      asked_.push_back(a.origin);
    else if (a.what == kind::wait)
      now_ = std::max(now_, a.until);
    else
      now_ += milliseconds{roll(dice_, 10)};
  }

  void tell_robots() {
    const auto at = roll(dice_, asked_.size());
    const std::string origin = asked_[at];
    asked_.erase(asked_.begin() + static_cast<std::ptrdiff_t>(at));
    const char* const texts[] = {"", "User-agent: *\nDisallow: /private/\n",
                                 "User-agent: *\nDisallow: /1\nCrawl-delay: 0.01\n",
                                 "User-agent: *\nCrawl-delay: 0.02\n"};
    const auto rules =
        std::make_shared<robots_rules>(robots_rules::parse(texts[roll(dice_, 4)], "troupe"));
    const bool unreachable = roll(dice_, 12) == 0;
    whole_.robots_known(origin, rules, unreachable);
    spilled_.robots_known(origin, rules, unreachable);
    compare_counts();
  }

  page_job taken() {
    const auto at = roll(dice_, flying_.size());
    page_job job = flying_[at];
    flying_.erase(flying_.begin() + static_cast<std::ptrdiff_t>(at));
    return job;
  }

  void lose() {
    const page_job job = taken();
    const auto how = roll(dice_, 2) ? frontier::loss::worker : frontier::loss::connection;
    const auto a = whole_.job_lost(job.id, now_, how);
    const auto b = spilled_.job_lost(job.id, now_, how);
    if (a.has_value() != b.has_value() || (a && (a->url != b->url || a->depth != b->depth)))
      differ("a lost page");
    compare_counts();
  }

  void finish() {
    const page_job job = taken();
    if (same(&frontier::page_done, job.id, result_of(job), now_) == verdict::final_row)
      ended_.push_back(job);
  }

  // Of a page alone, so that a second life comes to the same.
  page_result result_of(const page_job& job) {
    dice d{job.id * 31 + job.attempt};
    page_result r;
    r.row.bytes = roll(d, 1'000);
    r.row.status = 200;
    switch (roll(d, 12)) {
    case 0:
      r.row.status = 301;
      r.redirect = url_of(roll(d, 6'000));
      return r;
    case 1:
      r.row.status = 503;
      if (roll(d, 2))
        r.retry_after = milliseconds{roll(d, 50)};
      return r;
    case 2:
      r.row.status = 0;
      r.row.error = fault::connection_lost;
      return r;
    default:
      break;
    }
    for (auto links = roll(d, 60); links > 0; --links)
      r.links.push_back(roll(d, 100) == 0 ? url{} : url_of(roll(d, 6'000)));
    return r;
  }

  void restore(const page_job& job) {
    const std::span<const url> no_urls;
    const auto r = result_of(job);
    if (!same(&frontier::restore, job, r, no_urls))
      differ("what was kept");
    same(&frontier::restore, job, r, no_urls); // a second time: refused by both
    page_job other = job;
    other.id += 1 + roll(dice_, 400);
    same(&frontier::restore, other, r, no_urls);
  }

  void drain() {
    for (std::uint64_t i = 0; i < 5'000 && wrong_.empty() && !whole_.exhausted(); ++i) {
      while (!asked_.empty())
        tell_robots();
      hand_out();
      if (roll(dice_, 3) == 0 && !flying_.empty())
        finish();
    }
  }

  dice dice_;
  limits bounds_;
  memory_spill* spill_;
  frontier whole_;
  frontier spilled_;
  std::vector<page_job> restored_;
  std::vector<page_job> flying_, ended_;
  std::vector<std::string> asked_;
  instant now_{1h};
  std::uint64_t steps_ = 0;
  std::string wrong_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(spilled_frontier)

BOOST_AUTO_TEST_CASE(decides_as_one_in_memory_does) {
  std::size_t spilled = 0, crawls = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    dice d{seed * 6'007};
    const limits bounds = drawn_limits(d);
    two_frontiers first{seed, bounds};
    const auto wrong = first.run(2'000);
    BOOST_REQUIRE_MESSAGE(wrong.empty(), "seed " << seed << ": " << wrong);
    two_frontiers second{seed + 1'000, bounds, first.ended()};
    const auto later = second.run(500);
    BOOST_REQUIRE_MESSAGE(later.empty(), "seed " << seed << ", restored: " << later);
    crawls += 2;
    spilled += (first.spilled_bytes() > 0) + (second.spilled_bytes() > 0);
  }
  BOOST_TEST(spilled * 2 > crawls, "only " << spilled << " of " << crawls << " crawls spilled");
}

BOOST_AUTO_TEST_CASE(ends_in_order_when_nothing_more_can_be_kept) {
  limits b = without_robots();
  b.frontier_memory_bytes_max = 0;
  b.concurrency = 8;
  b.per_host = 8;
  auto* spill = new memory_spill;
  spill->bytes_max = 2u << 20;
  frontier pages{b, scope_kind::any, std::unique_ptr<text_spill>{spill}};
  pages.add_seed(url_of(1));
  const instant now{1h};
  std::vector<page_job> flying;
  std::uint64_t number = 2, rows = 0;
  const auto finish = [&] {
    page_result r;
    r.row.status = 200;
    for (int i = 0; i < 40; ++i)
      r.links.push_back(url_of(number++));
    rows += pages.page_done(flying.back().id, r, now) == verdict::final_row;
    flying.pop_back();
  };
  while (pages.failure().empty()) {
    const auto s = pages.next(now);
    BOOST_REQUIRE((s.what == kind::page || s.what == kind::busy));
    if (s.what == kind::page)
      flying.push_back(s.job);
    else
      finish();
  }
  BOOST_TEST(pages.failure() == "the spill is full");
  BOOST_TEST(!flying.empty());
  while (!flying.empty()) { // what is in flight is still reported, and nothing else goes out
    BOOST_TEST((pages.next(now).what == kind::busy));
    finish();
  }
  BOOST_TEST((pages.next(now).what == kind::finished));
  BOOST_TEST(pages.exhausted());
  BOOST_TEST(pages.counts().pages == rows);
  BOOST_TEST(pages.counts().queued > 0u);
}

BOOST_AUTO_TEST_CASE(ends_in_order_when_a_text_cannot_be_read_again) {
  limits b = without_robots();
  b.frontier_memory_bytes_max = 0;
  auto* spill = new memory_spill;
  frontier pages{b, scope_kind::any, std::unique_ptr<text_spill>{spill}};
  for (std::uint64_t i = 0; i < 2'000; ++i)
    pages.add_seed(url_of(i));
  BOOST_REQUIRE(!spill->bytes.empty());
  const instant now{1h};
  const auto first = pages.next(now);
  BOOST_REQUIRE((first.what == kind::page));
  spill->unreadable = true;
  auto s = pages.next(now);
  while (s.what == kind::page) // of pieces that were read before
    s = pages.next(now);
  BOOST_TEST((s.what == kind::busy));
  BOOST_TEST(pages.failure() == "the spill cannot be read");
}

BOOST_AUTO_TEST_SUITE_END()
