// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "baselines/crawl/engine.hpp"
#include "tests/support/crawl_trial.hpp"
#include "tests/support/tiny_site.hpp"

using namespace troupe;
using namespace troupe::test;
using baselines::crawl_setting;
using baselines::pool_order;
using namespace std::chrono_literals;

namespace {

constexpr auto slow = 1500ms; // longer than a busy machine takes for two short pages

/// Six pages without links; the first takes long.
site_answer first_is_slow(const std::string& target, unsigned) {
  site_answer answer;
  answer.delay = target == "/0" ? slow : 5ms;
  return answer;
}

struct ordered {
  std::vector<std::string> rows;                     ///< targets, in the order of the file
  std::vector<std::string> visits;                   ///< targets, in the order of the server's log
  std::chrono::steady_clock::duration second_wave{}; ///< from the first request to that for /2
};

/// Two requests at a time, the six pages given in order.
ordered crawl_in(pool_order order) {
  tiny_site site(first_is_slow);
  std::vector<std::string> seeds;
  for (int i = 0; i < 6; ++i)
    seeds.push_back(site.origin() + "/" + std::to_string(i));
  auto plan = plan_for(seeds);
  plan.bounds.concurrency = 2;
  plan.bounds.per_host = 2;
  plan.bounds.obey_robots = false;
  const auto trial =
      try_crawl([order](const crawl::crawl_plan& p,
                        const crawl_setting& s) { return baselines::crawl_pool(p, s, order); },
                plan);
  ordered seen;
  for (const auto& row : trial.pages)
    seen.rows.push_back(row.url.substr(site.origin().size()));
  const auto visits = site.visits();
  for (const auto& visit : visits) {
    seen.visits.push_back(visit.target);
    if (visit.target == "/2")
      seen.second_wave = visit.at - visits.front().at;
  }
  return seen;
}

const std::vector<std::string> as_given = {"/0", "/1", "/2", "/3", "/4", "/5"};

} // namespace

BOOST_AUTO_TEST_SUITE(pool_order_suite)

BOOST_AUTO_TEST_CASE(map_gives_rows_as_given_and_waits_for_each_wave) {
  const auto seen = crawl_in(pool_order::map);
  BOOST_TEST(seen.rows == as_given, boost::test_tools::per_element());
  BOOST_TEST((seen.second_wave >= slow)); // the slow page ends the first wave
}

BOOST_AUTO_TEST_CASE(submit_gives_rows_as_given_and_keeps_the_pool_busy) {
  const auto seen = crawl_in(pool_order::submit);
  BOOST_TEST(seen.rows == as_given, boost::test_tools::per_element());
  BOOST_TEST((seen.second_wave < slow));
}

BOOST_AUTO_TEST_CASE(completed_gives_rows_as_they_come) {
  const auto seen = crawl_in(pool_order::completed);
  BOOST_REQUIRE(seen.rows.size() == 6u);
  BOOST_TEST(seen.rows.back() == "/0");
  BOOST_TEST((seen.second_wave < slow));
  auto sorted = seen.rows;
  std::sort(sorted.begin(), sorted.end());
  BOOST_TEST(sorted == as_given, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(queue_keeps_to_its_number_of_fetchers) {
  for (const unsigned fetchers : {1u, 3u}) {
    tiny_site site([](const std::string&, unsigned) {
      site_answer answer;
      for (int i = 0; i < 12; ++i)
        answer.body += "<a href='/" + std::to_string(i) + "'>x</a>";
      answer.delay = 30ms;
      return answer;
    });
    auto plan = plan_for({site.origin() + "/0"});
    plan.bounds.per_host = 16;
    plan.bounds.obey_robots = false;
    const auto trial = try_crawl(
        [fetchers](const crawl::crawl_plan& p, const crawl_setting& s) {
          return baselines::crawl_queue(p, s, fetchers, 2);
        },
        plan);
    BOOST_TEST(trial.pages.size() == 12u);
    BOOST_TEST(site.most_at_once() == fetchers);
  }
}

BOOST_AUTO_TEST_SUITE_END()
