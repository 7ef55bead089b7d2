// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/plan.hpp"

#include <functional>
#include <string>

#include <boost/test/unit_test.hpp>

using namespace troupe::crawl;

BOOST_AUTO_TEST_SUITE(crawl_plan_suite)

BOOST_AUTO_TEST_CASE(a_usual_plan_is_right) { BOOST_TEST(check_plan({}) == ""); }

BOOST_AUTO_TEST_CASE(what_options_would_refuse_is_refused_from_anybody) {
  const std::pair<const char*, std::function<void(crawl_plan&)>> rows[] = {
      {"concurrency", [](crawl_plan& p) { p.bounds.concurrency = 0; }},
      {"concurrency", [](crawl_plan& p) { p.bounds.concurrency = 4'097; }},
      {"per_host", [](crawl_plan& p) { p.bounds.per_host = 0; }},
      {"delay_ms", [](crawl_plan& p) { p.bounds.delay_ms = 86'400'001; }},
      {"retries_max", [](crawl_plan& p) { p.bounds.retries_max = 101; }},
      {"body_bytes_max", [](crawl_plan& p) { p.bounds.body_bytes_max = 0; }},
      {"url_bytes_max", [](crawl_plan& p) { p.bounds.url_bytes_max = 1u << 20; }},
      {"item_bytes_max", [](crawl_plan& p) { p.bounds.item_bytes_max = 1u << 20; }},
      {"scope", [](crawl_plan& p) { p.scope = static_cast<scope_kind>(17); }},
      {"extract", [](crawl_plan& p) { p.extract.how = static_cast<extract_kind>(17); }},
      {"expression", [](crawl_plan& p) { p.extract.expression.assign(100'000, '*'); }},
      {"User-Agent", [](crawl_plan& p) { p.user_agent = "a\r\nX-Evil: 1"; }},
      {"User-Agent", [](crawl_plan& p) { p.user_agent.assign(1u << 20, 'a'); }},
      {"",
       [](crawl_plan& p) {
         p.extract = {extract_kind::css, "a["};
       }},
      {"",
       [](crawl_plan& p) {
         p.extract = {extract_kind::xpath, "//a["};
       }},
  };
  for (const auto& [words, spoil] : rows) {
    crawl_plan plan;
    spoil(plan);
    const auto wrong = check_plan(plan);
    BOOST_TEST(!wrong.empty(), words);
    BOOST_TEST(wrong.find(words) != std::string::npos, wrong);
    BOOST_TEST(wrong.find('\n') == std::string::npos, wrong);
  }
}

BOOST_AUTO_TEST_CASE(a_seed_must_be_an_url_in_its_normal_form) {
  const limits bounds;
  BOOST_TEST(check_seed(parse_url("http://a.test/x?y").value(), bounds) == "");
  BOOST_TEST(check_seed(url{}, bounds) != "");
  BOOST_TEST(check_seed(url::from_normalized("http://A.test/../x"), bounds) != "");
  const auto long_one = parse_url("http://a.test/" + std::string(9'000, 'a')).value();
  BOOST_TEST(check_seed(long_one, bounds).find("longer") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
