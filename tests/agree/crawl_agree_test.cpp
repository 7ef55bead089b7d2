// SPDX-License-Identifier: BSD-3-Clause
//
// All engines find the same pages and the same items, and they are the right ones: the site's
// own list, written by hand, is the judge, so that seven equal mistakes do not pass.

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <set>

#include "tests/agree/engines.hpp"
#include "tests/agree/rich_site.hpp"
#include "tests/support/crawl_trial.hpp"
#include "tests/support/tiny_site.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

crawl::crawl_plan rich_plan(const tiny_site& site) {
  auto plan = plan_for({site.origin() + "/"});
  plan.extract = {crawl::extract_spec::kind::css, "a.post-item-title"};
  plan.bounds.concurrency = 8;
  plan.bounds.per_host = 4;
  return plan;
}

template <class Row>
std::vector<Row> sorted(std::vector<Row> rows) {
  std::sort(rows.begin(), rows.end());
  return rows;
}

template <class Row>
void check_same_rows(const std::vector<Row>& have, const std::vector<Row>& want) {
  BOOST_CHECK_EQUAL_COLLECTIONS(have.begin(), have.end(), want.begin(), want.end());
}

/// Rows of two sites on two ports, made comparable.
std::vector<seen_page> without_origin(std::vector<seen_page> rows, const std::string& origin) {
  for (auto& row : rows) {
    row.url.erase(0, origin.size());
    if (row.redirect_to.starts_with(origin))
      row.redirect_to.erase(0, origin.size());
  }
  return sorted(std::move(rows));
}

std::uint64_t endless_links(const std::string& target) {
  return target == "/" ? 1 : std::stoull(target.substr(1)) * 2;
}

/// Every page has two links that no other page has.
site_answer endless_site(const std::string& target, unsigned) {
  site_answer answer;
  if (target == "/robots.txt") {
    answer.status = 404;
    return answer;
  }
  const auto first = endless_links(target);
  answer.body = "<a href='/" + std::to_string(first) + "'>a</a><a href='/"
                + std::to_string(first + 1) + "'>b</a>";
  return answer;
}

} // namespace

BOOST_AUTO_TEST_CASE(finds_every_page_once_and_nothing_else) {
  for (const auto& engine : engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      tiny_site site(rich_site);
      const auto trial = try_crawl(engine.run, rich_plan(site));
      std::map<std::string, int> have;
      for (const auto& row : trial.pages) {
        BOOST_REQUIRE(row.url.starts_with(site.origin()));
        const auto target = row.url.substr(site.origin().size());
        BOOST_TEST(have.emplace(target, row.status).second, "twice: " << row);
      }
      for (const auto& [target, status] : rich_site_pages()) {
        const auto it = have.find(target);
        BOOST_TEST((it != have.end()), "missing: " << target);
        if (it != have.end())
          BOOST_TEST(it->second == status, target << " has status " << it->second);
      }
      for (const auto& [target, status] : have)
        BOOST_TEST(rich_site_pages().contains(target), "not to be found: " << target);
    }
  }
}

BOOST_AUTO_TEST_CASE(all_engines_write_the_same_pages) {
  std::vector<seen_page> first;
  for (const auto& engine : engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      tiny_site site(rich_site);
      const auto trial = try_crawl(engine.run, rich_plan(site));
      auto rows = without_origin(trial.pages, site.origin());
      if (first.empty())
        first = std::move(rows);
      else
        check_same_rows(rows, first);
    }
  }
  BOOST_TEST(first.size() == rich_site_pages().size());
}

BOOST_AUTO_TEST_CASE(all_engines_write_the_same_items) {
  for (const auto& engine : engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      tiny_site site(rich_site);
      const auto trial = try_crawl(engine.run, rich_plan(site));
      check_same_rows(sorted(trial.items), sorted(rich_site_items(site.origin())));
    }
  }
}

BOOST_AUTO_TEST_CASE(asks_the_server_once_a_page_and_never_for_forbidden_ones) {
  for (const auto& engine : engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      tiny_site site(rich_site);
      const auto plan = rich_plan(site);
      try_crawl(engine.run, plan);
      for (const auto& [target, status] : rich_site_pages()) {
        const auto times = site.count(target);
        BOOST_TEST_CONTEXT(target << " was asked for " << times << " times") {
          if (target != "/reset") {
            BOOST_TEST(times == (target == "/flaky" ? 2u : 1u));
            continue;
          }
          // Each attempt may count twice: a reset on a kept-alive connection looks as if the
          // server had closed it before the request, which the client then sends once more.
          const auto attempts = 1 + plan.bounds.retries_max;
          BOOST_TEST(times >= attempts);
          BOOST_TEST(times <= 2 * attempts);
        }
      }
      for (const auto& target : rich_site_forbidden())
        BOOST_TEST(site.count(target) == 0u, target);
      BOOST_TEST(site.count("/robots.txt") == 1u);
    }
  }
}

BOOST_AUTO_TEST_CASE(summary_agrees_with_the_rows) {
  for (const auto& engine : engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      tiny_site site(rich_site);
      const auto trial = try_crawl(engine.run, rich_plan(site));
      const auto& sum = trial.summary;
      BOOST_TEST(sum.counts.pages == trial.pages.size());
      BOOST_TEST(sum.counts.items == trial.items.size());
      std::map<int, std::uint64_t> by_status;
      std::uint64_t errors = 0;
      std::uint64_t bytes = 0;
      for (const auto& row : trial.pages) {
        ++by_status[static_cast<int>(row.status)];
        errors += row.error.empty() ? 0 : 1;
        bytes += static_cast<std::uint64_t>(row.bytes);
      }
      BOOST_TEST((by_status == sum.by_status));
      BOOST_TEST(errors == sum.counts.errors);
      BOOST_TEST(errors == 2u); // the reset connection and the redirect to nowhere
      BOOST_TEST(bytes == sum.counts.bytes);
      BOOST_TEST(sum.counts.queued == 0u);
      BOOST_TEST(sum.counts.in_flight == 0u);
      BOOST_TEST(sum.counts.retried == 3u); // one for the flaky page, two for the reset one
      BOOST_TEST(sum.counts.robots_denied == 1u);
      BOOST_TEST(!sum.interrupted);
      BOOST_TEST(sum.output_error == "");
      BOOST_TEST(sum.seconds >= 0.3); // the slow page alone
    }
  }
}

BOOST_AUTO_TEST_CASE(ends_at_the_page_budget_exactly) {
  for (const auto& engine : engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      tiny_site site(endless_site);
      auto plan = plan_for({site.origin() + "/"});
      plan.bounds.pages_max = 57;
      plan.bounds.per_host = 8;
      const auto trial = try_crawl(engine.run, plan);
      BOOST_TEST(trial.pages.size() == 57u);
      BOOST_TEST(trial.summary.counts.pages == 57u);
      BOOST_TEST(site.visits().size() == 58u); // and robots.txt
      BOOST_TEST(!trial.summary.interrupted);
    }
  }
}

BOOST_AUTO_TEST_CASE(fetches_only_the_seeds_at_depth_zero) {
  for (const auto& engine : engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      tiny_site site(endless_site);
      auto plan = plan_for({site.origin() + "/7", site.origin() + "/8", site.origin() + "/7"});
      plan.bounds.depth_max = 0;
      const auto trial = try_crawl(engine.run, plan);
      std::set<std::string> urls;
      for (const auto& row : trial.pages)
        urls.insert(row.url);
      BOOST_TEST((urls == std::set<std::string>{site.origin() + "/7", site.origin() + "/8"}));
      BOOST_TEST(trial.pages.size() == 2u);
    }
  }
}

BOOST_AUTO_TEST_CASE(ends_at_once_when_there_is_nothing_to_do) {
  for (const auto& engine : engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      const auto trial = try_crawl(engine.run, plan_for({}));
      BOOST_TEST(trial.summary.counts.pages == 0u);
      BOOST_TEST(!trial.summary.interrupted);
      BOOST_TEST(trial.summary.seconds < 1.0);
    }
  }
}

BOOST_AUTO_TEST_CASE(crawls_two_hosts_each_by_its_own_robots) {
  for (const auto& engine : engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      tiny_site open(endless_site);
      tiny_site closed([](const std::string& target, unsigned) {
        site_answer answer;
        if (target == "/robots.txt")
          answer.body = "User-agent: *\nDisallow: /\n";
        return answer;
      });
      auto plan = plan_for({open.origin() + "/", closed.origin() + "/"});
      plan.bounds.depth_max = 1;
      const auto trial = try_crawl(engine.run, plan);
      BOOST_TEST(trial.pages.size() == 3u);
      BOOST_TEST(closed.visits().size() == 1u);
      BOOST_TEST(trial.summary.counts.robots_denied == 1u);
      BOOST_TEST(trial.summary.first_error != ""); // a seed was forbidden: it says so
    }
  }
}
