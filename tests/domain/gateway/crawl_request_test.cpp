// SPDX-License-Identifier: BSD-3-Clause
// What a crawl may be asked for by.

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>

#include "domain/gateway/crawl_request.hpp"

using namespace troupe;
using gateway::read_crawl_request;

namespace {

struct bad_row {
  std::string json;
  const char* complaint; // part of it
};
std::ostream& operator<<(std::ostream& out, const bad_row& r) {
  return out << r.json.substr(0, 60);
}

const bad_row bad_rows[] = {
    {"", "no JSON"},
    {"{", "no JSON"},
    {R"({"url":"http://a/"} x)", "no JSON"},
    {R"({"urls":[[[["http://a/"]]]]})", "no JSON"}, // too deep
    {"[]", "object"},
    {"{}", "either url or urls"},
    {R"({"url":"http://a/","urls":["http://b/"]})", "either url or urls"},
    {R"({"url":7})", "url has to be a string"},
    {R"({"urls":"http://a/"})", "list of 1 to"},
    {R"({"urls":[]})", "list of 1 to"},
    {R"({"urls":[1]})", "list of strings"},
    {R"({"url":"ftp://a/"})", "no URL to crawl"},
    {R"({"url":"file:///etc/passwd"})", "no URL to crawl"},
    {R"({"url":"gopher://127.0.0.1/"})", "no URL to crawl"},
    {R"({"url":"example.org"})", "no URL to crawl"},
    {R"({"url":"http://u:p@[bad/"})", "What was given is no URL"},
    {R"({"url":"http://a/)" + std::string(3'000, 'x') + R"("})", "longer than 2048"},
    {R"({"url":"http://a/","maxpages":3})", "'maxpages' is no member"},
    {R"({"url":"http://a/","no_robots":true})", "is no member"},
    {R"({"url":"http://a/","user_agent":"x"})", "is no member"},
    {R"({"url":"http://a/","max_pages":0})", "max_pages has to be a whole number from 1 to 10000"},
    {R"({"url":"http://a/","max_pages":10001})", "max_pages"},
    {R"({"url":"http://a/","max_pages":-1})", "max_pages"},
    {R"({"url":"http://a/","max_pages":1.5})", "max_pages"},
    {R"({"url":"http://a/","max_pages":1e3})", "max_pages"},
    {R"({"url":"http://a/","max_pages":"3"})", "max_pages"},
    {R"({"url":"http://a/","max_pages":null})", "max_pages"},
    {R"({"url":"http://a/","max_depth":101})", "max_depth"},
    {R"({"url":"http://a/","max_bytes":99999999999999999999999})", "max_bytes"},
    {R"({"url":"http://a/","concurrency":65})", "concurrency"},
    {R"({"url":"http://a/","per_host":0})", "per_host"},
    {R"({"url":"http://a/","delay_ms":60001})", "delay_ms"},
    {R"({"url":"http://a/","scope":"world"})", "'world' is no scope"},
    {R"({"url":"http://a/","select":"a","xpath":"//a"})", "not both"},
    {R"({"url":"http://a/","select":"a["})", "select: "},
    {R"({"url":"http://a/","xpath":"//["})", "xpath: "},
    {R"({"url":"http://a/","xpath":")" + std::string(2'000, '/') + R"("})", "longer than 1024"},
};

} // namespace

BOOST_AUTO_TEST_SUITE(crawl_request)

BOOST_DATA_TEST_CASE(is_refused, boost::unit_test::data::make(bad_rows), r) {
  const auto got = read_crawl_request(r.json);
  BOOST_TEST((got.error.find(r.complaint) != std::string::npos), got.error);
}

BOOST_AUTO_TEST_CASE(says_all_that_it_may) {
  const auto got = read_crawl_request(
      R"({"urls":["HTTP://Example.org","https://example.org/x"],"scope":"domain","max_pages":7,)"
      R"("max_depth":0,"max_bytes":9,"concurrency":3,"per_host":2,"delay_ms":0,"select":"a.b"})");
  BOOST_TEST(got.error == "");
  const auto& plan = got.plan;
  BOOST_REQUIRE(plan.seeds.size() == 2u);
  BOOST_TEST(plan.seeds[0].str() == "http://example.org/");
  BOOST_TEST((plan.scope == crawl::scope_kind::domain));
  BOOST_TEST(plan.bounds.pages_max == 7u);
  BOOST_TEST(plan.bounds.depth_max == 0u);
  BOOST_TEST(plan.bounds.bytes_max == 9u);
  BOOST_TEST(plan.bounds.concurrency == 3u);
  BOOST_TEST(plan.bounds.per_host == 2u);
  BOOST_TEST(plan.extract.expression == "a.b");
  BOOST_TEST(plan.bounds.obey_robots);
}

BOOST_AUTO_TEST_CASE(has_bounds_where_it_says_nothing) {
  gateway::crawl_request_limits bounds;
  bounds.user_agent = "ours/1";
  const auto plan = read_crawl_request(R"({"url":"http://example.org/"})", bounds).plan;
  BOOST_TEST(plan.bounds.pages_max == 1'000u);
  BOOST_TEST(plan.bounds.depth_max == 100u);
  BOOST_TEST(plan.bounds.bytes_max == 1u << 30);
  BOOST_TEST((plan.scope == crawl::scope_kind::host));
  BOOST_TEST(plan.user_agent == "ours/1");
}

BOOST_AUTO_TEST_SUITE_END()
