// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/scope.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe::crawl;

namespace {

struct scope_row {
  const char* seed;
  const char* link;
  bool inside;
};

url normal(const char* text) {
  url u = url::from_normalized(text);
  BOOST_REQUIRE(!u.empty());
  return u;
}

void check_rows(scope_kind kind, const auto& rows) {
  for (const scope_row& row : rows) {
    scope area{kind};
    area.add_seed(normal(row.seed));
    BOOST_TEST(area.contains(normal(row.seed)));
    BOOST_TEST(area.contains(normal(row.link)) == row.inside, row.link << " from " << row.seed);
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(crawl_scope)

BOOST_AUTO_TEST_CASE(host_is_host_and_port_whatever_the_scheme) {
  constexpr scope_row rows[] = {
      {"http://a.org/", "http://a.org/x?y", true},
      {"http://a.org/x/", "https://a.org/", true},
      {"https://a.org/", "http://a.org/", true},
      {"http://a.org/", "http://a.org:8080/", false},
      {"http://a.org:8080/", "https://a.org:8080/", true},
      {"http://a.org:8080/", "http://a.org/", false},
      {"http://a.org/", "http://www.a.org/", false},
      {"http://www.a.org/", "http://a.org/", false},
      {"http://a.org/", "http://a.org.evil.com/", false},
      {"http://127.0.0.1/", "http://127.0.0.2/", false},
      {"http://[::1]:81/", "http://[::1]:81/x", true},
  };
  check_rows(scope_kind::host, rows);
}

BOOST_AUTO_TEST_CASE(prefix_is_the_directory_of_the_seed) {
  constexpr scope_row rows[] = {
      {"http://a.org/docs/", "http://a.org/docs/x/y", true},
      {"http://a.org/docs/index.html", "http://a.org/docs/other", true},
      {"http://a.org/docs/index.html", "http://a.org/docs", false},
      {"http://a.org/docs", "http://a.org/anything", true},
      {"http://a.org/docs/", "http://a.org/docsets/", false},
      {"http://a.org/docs/", "http://a.org/", false},
      {"http://a.org/docs/?p=/x/y", "http://a.org/docs/z", true},
      {"http://a.org/docs/", "https://a.org/docs/z", true},
      {"http://a.org/docs/", "http://a.org:81/docs/z", false},
      {"http://a.org/docs/", "http://b.org/docs/z", false},
      {"http://a.org/", "http://a.org.b/", false},
  };
  check_rows(scope_kind::prefix, rows);
}

BOOST_AUTO_TEST_CASE(domain_is_what_can_be_registered) {
  constexpr scope_row rows[] = {
      {"http://www.example.org/", "https://news.example.org:8443/x", true},
      {"http://example.org/", "http://a.b.c.example.org/", true},
      {"http://example.org/", "http://example.com/", false},
      {"http://www.example.co.uk/", "http://shop.example.co.uk/", true},
      {"http://www.example.co.uk/", "http://www.other.co.uk/", false},
      {"http://one.github.io/", "http://two.github.io/", false},
      {"http://github.io/", "http://two.github.io/", false},
      {"http://example.org./", "http://www.example.org/", true},
      {"http://localhost/", "http://localhost:8080/", true},
      {"http://localhost/", "http://otherhost/", false},
      {"http://127.0.0.1/", "http://127.0.0.1:81/", true},
      {"http://10.0.0.1/", "http://11.0.0.1/", false},
      {"http://[::1]/", "http://[::2]/", false},
      // a.com.cn and b.com.cn in the country's own script: xn--55qx5d.cn is a public suffix
      {"http://a.xn--55qx5d.cn/", "http://b.xn--55qx5d.cn/", false},
      {"http://a.xn--55qx5d.cn/", "http://www.a.xn--55qx5d.cn/", true},
  };
  check_rows(scope_kind::domain, rows);
}

BOOST_AUTO_TEST_CASE(any_is_everything) {
  const scope area{scope_kind::any};
  BOOST_TEST(area.contains(normal("http://a.org/")));
}

BOOST_AUTO_TEST_CASE(without_seeds_nothing_is_inside) {
  for (const auto kind : {scope_kind::host, scope_kind::prefix, scope_kind::domain})
    BOOST_TEST(!scope{kind}.contains(normal("http://a.org/")));
}

BOOST_AUTO_TEST_CASE(seeds_widen_it_in_any_order) {
  const char* seeds[] = {"http://a.org/x/y/z/", "http://a.org/x/", "http://b.org/q/",
                         "http://a.org/x/y/",   "http://a.org/w/", "http://a.org/x/y/z/0/"};
  for (int turn = 0; turn < 6; ++turn) {
    scope area{scope_kind::prefix};
    for (int i = 0; i < 6; ++i)
      area.add_seed(normal(seeds[(turn + i) % 6]));
    BOOST_TEST(area.contains(normal("http://a.org/x/a")));
    BOOST_TEST(area.contains(normal("http://a.org/x/y/z/b")));
    BOOST_TEST(area.contains(normal("http://a.org/x/zz")));
    BOOST_TEST(area.contains(normal("http://a.org/w/")));
    BOOST_TEST(area.contains(normal("http://b.org/q/x")));
    BOOST_TEST(!area.contains(normal("http://b.org/x/")));
    BOOST_TEST(!area.contains(normal("http://a.org/v/")));
    BOOST_TEST(!area.contains(normal("http://a.org/")));
  }
}

BOOST_AUTO_TEST_SUITE_END()
