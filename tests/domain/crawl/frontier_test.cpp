// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/frontier.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

#include "tests/domain/crawl/crawl_fixture.hpp"

using namespace troupe::crawl;

BOOST_AUTO_TEST_SUITE(crawl_frontier)

BOOST_AUTO_TEST_CASE(an_empty_crawl_is_finished) {
  crawl_fixture crawl;
  BOOST_TEST((crawl.next() == kind::finished));
  BOOST_TEST(!crawl.pages.add_seed(url{}));
}

BOOST_AUTO_TEST_CASE(each_url_is_handed_out_once) {
  crawl_fixture crawl;
  crawl.seed({"http://a/"});
  BOOST_TEST(!crawl.pages.add_seed(at("http://a/")));
  const auto first = crawl.expect("http://a/");
  BOOST_TEST(first.seed);
  BOOST_TEST(first.id != 0u);
  BOOST_TEST(
      (crawl.answer(first, 200, {"http://a/", "http://a/1", "http://a/1"}) == verdict::final_row));
  const auto second = crawl.expect("http://a/1");
  BOOST_TEST(!second.seed);
  BOOST_TEST(second.depth == 1u);
  crawl.answer(second, 404, {"http://a/"});
  BOOST_TEST((crawl.next() == kind::finished));
  BOOST_TEST(crawl.counts().pages == 2u);
  BOOST_TEST(crawl.counts().bytes == 200u);
  BOOST_TEST(crawl.counts().queued == 0u);
  BOOST_TEST(crawl.counts().in_flight == 0u);
}

BOOST_AUTO_TEST_CASE(a_host_goes_breadth_first_and_hosts_take_turns) {
  crawl_fixture crawl;
  crawl.seed({"http://a/1", "http://a/2", "http://b/1", "http://b/2", "http://c/1"});
  std::string order;
  while (crawl.next() == kind::page) {
    order += crawl.last.job.target.str().substr(7) + " ";
    crawl.answer(crawl.last.job, 200, {"http://c/1", "http://c/2"});
  }
  BOOST_TEST(order == "a/1 b/1 c/1 a/2 b/2 c/2 ");
}

BOOST_AUTO_TEST_CASE(requests_are_bounded_by_host_and_in_all) {
  limits b = without_robots();
  b.concurrency = 3;
  b.per_host = 2;
  crawl_fixture crawl{b};
  crawl.seed({"http://a/1", "http://a/2", "http://a/3", "http://b/1", "http://b/2"});
  const auto a1 = crawl.expect("http://a/1");
  const auto b1 = crawl.expect("http://b/1");
  const auto a2 = crawl.expect("http://a/2");
  BOOST_TEST((crawl.next() == kind::busy));
  BOOST_TEST(crawl.counts().in_flight == 3u);
  BOOST_TEST(crawl.counts().queued == 2u);
  crawl.answer(b1, 200);
  crawl.expect("http://b/2");
  crawl.pages.fetch_ended(a1.id);
  crawl.pages.fetch_ended(a1.id); // said twice, it is still one connection
  BOOST_TEST(crawl.counts().in_flight == 3u);
  crawl.expect("http://a/3");
  BOOST_TEST((crawl.next() == kind::busy));
  crawl.answer(a1, 200, {"http://a/4"}); // its connection was free already
  BOOST_TEST((crawl.next() == kind::busy));
  crawl.answer(a2, 200);
  crawl.expect("http://a/4");
}

BOOST_AUTO_TEST_CASE(one_host_per_host_leaves_room_for_others) {
  limits b = without_robots();
  b.per_host = 1;
  crawl_fixture crawl{b};
  crawl.seed({"http://a/1", "http://a/2", "http://a:81/1"});
  crawl.expect("http://a/1");
  crawl.expect("http://a:81/1");
  BOOST_TEST((crawl.next() == kind::busy));
}

BOOST_AUTO_TEST_CASE(starts_on_one_host_are_a_delay_apart) {
  limits b = without_robots();
  b.delay_ms = 100;
  crawl_fixture crawl{b};
  crawl.seed({"http://a/1", "http://a/2", "http://b/1"});
  const auto a1 = crawl.expect("http://a/1");
  crawl.now += 30ms;
  crawl.expect("http://b/1");
  crawl.expect_wait(70ms);
  crawl.answer(a1, 200); // being done earlier changes nothing
  crawl.expect_wait(70ms);
  crawl.now += 69ms;
  crawl.expect_wait(1ms);
  crawl.now += 1ms;
  crawl.expect("http://a/2");
}

BOOST_AUTO_TEST_CASE(robots_txt_is_asked_once_an_origin_before_its_first_page) {
  crawl_fixture crawl{limits{}};
  crawl.seed({"http://a/1", "http://a/2", "https://a/1", "http://b:81/1"});
  crawl.expect_robots("http://a");
  crawl.expect_robots("https://a");
  crawl.expect_robots("http://b:81");
  BOOST_TEST((crawl.next() == kind::busy));
  BOOST_TEST(crawl.counts().queued == 4u);
  BOOST_TEST(crawl.counts().in_flight == 0u);
  crawl.know("http://b:81", "");
  crawl.expect("http://b:81/1");
  crawl.know("http://a", "User-agent: *\nDisallow: /2");
  BOOST_TEST(crawl.counts().robots_denied == 1u);
  const auto a1 = crawl.expect("http://a/1");
  crawl.know("http://a", "User-agent: *\nDisallow: /"); // nobody asked
  crawl.know("http://nowhere", "");
  crawl.know("no origin", "");
  crawl.answer(a1, 200, {"http://a/2", "http://a/20", "http://a/3"});
  BOOST_TEST(crawl.counts().robots_denied == 2u); // 2 is known, 20 is new
  crawl.expect("http://a/3");
  BOOST_TEST((crawl.next() == kind::busy));
  BOOST_TEST(crawl.counts().queued == 1u); // https://a still waits for its own file
}

BOOST_AUTO_TEST_CASE(robots_fetches_are_bounded_but_not_by_concurrency) {
  limits b;
  b.concurrency = 1;
  b.robots_in_flight_max = 2;
  crawl_fixture crawl{b};
  crawl.seed({"http://a/", "http://b/", "http://c/"});
  crawl.expect_robots("http://a");
  crawl.expect_robots("http://b");
  BOOST_TEST((crawl.next() == kind::busy));
  crawl.know("http://a", "");
  crawl.expect_robots("http://c");
  crawl.expect("http://a/");
}

BOOST_AUTO_TEST_CASE(the_first_denied_seed_is_remembered_with_its_rule) {
  crawl_fixture crawl{limits{}};
  crawl.seed({"http://a/x", "http://a/y"});
  crawl.expect_robots("http://a");
  crawl.know("http://a", "User-agent: *\nDisallow: /");
  BOOST_TEST(crawl.pages.denied_seed() == "http://a/x (Disallow: /)");
  BOOST_TEST(crawl.counts().robots_denied == 2u);
  BOOST_TEST(crawl.counts().queued == 0u);
  BOOST_TEST((crawl.next() == kind::finished));
  BOOST_TEST(!crawl.pages.add_seed(at("http://a/x")));
}

BOOST_AUTO_TEST_CASE(an_unreachable_robots_txt_closes_its_origin_alone) {
  crawl_fixture crawl{limits{}};
  crawl.seed({"http://a/1", "http://a/2", "http://b/"});
  crawl.expect_robots("http://a");
  crawl.expect_robots("http://b");
  crawl.pages.robots_known("http://a", nullptr, true);
  crawl.pages.robots_known("http://b", nullptr); // no rules: all allowed
  BOOST_TEST(crawl.counts().robots_unreachable == 1u);
  const auto b = crawl.expect("http://b/");
  crawl.answer(b, 200, {"http://a/3", "http://a/4"});
  BOOST_TEST((crawl.next() == kind::finished));
  BOOST_TEST(crawl.counts().robots_unreachable == 1u);
  BOOST_TEST(crawl.counts().robots_denied == 0u);
  BOOST_TEST(crawl.pages.denied_seed() == "http://a/1 (robots.txt could not be had)");
}

BOOST_AUTO_TEST_CASE(crawl_delay_is_honoured_up_to_a_cap_one_request_at_a_time) {
  struct {
    const char* text;
    std::uint32_t delay_ms;
    milliseconds expected;
  } const rows[] = {
      {"User-agent: *\nCrawl-delay: 2", 0, 2s},
      {"User-agent: *\nCrawl-delay: 2", 3'000, 3s},
      {"User-agent: *\nCrawl-delay: 900", 0, 30s},
      {"User-agent: *\nCrawl-delay: 900", 40'000, 40s},
  };
  for (const auto& row : rows) {
    limits b;
    b.delay_ms = row.delay_ms;
    crawl_fixture crawl{b};
    crawl.seed({"http://a/1", "http://a/2"});
    crawl.expect_robots("http://a");
    crawl.know("http://a", row.text);
    crawl.expect_wait(row.expected); // asking for robots.txt was a request
    crawl.now += row.expected;
    const auto first = crawl.expect("http://a/1");
    crawl.now += row.expected;
    BOOST_TEST((crawl.next() == kind::busy)); // the first is still under way
    crawl.pages.fetch_ended(first.id);
    crawl.expect("http://a/2");
  }
}

BOOST_AUTO_TEST_CASE(a_crawl_delay_of_zero_changes_nothing) {
  crawl_fixture crawl{limits{}};
  crawl.seed({"http://a/1", "http://a/2"});
  crawl.expect_robots("http://a");
  crawl.know("http://a", "User-agent: *\nCrawl-delay: 0");
  crawl.expect("http://a/1");
  crawl.expect("http://a/2");
}

BOOST_AUTO_TEST_CASE(two_schemes_on_one_port_share_its_connections_but_not_its_rules) {
  limits b;
  b.per_host = 1;
  crawl_fixture crawl{b};
  crawl.seed({"http://a:81/1", "https://a:81/1", "http://a:81/2"});
  crawl.expect_robots("http://a:81");
  crawl.expect_robots("https://a:81");
  crawl.know("http://a:81", "User-agent: *\nDisallow: /2");
  const auto first = crawl.expect("http://a:81/1");
  crawl.know("https://a:81", "");
  BOOST_TEST((crawl.next() == kind::busy));
  crawl.answer(first, 200);
  crawl.expect("https://a:81/1");
}

BOOST_AUTO_TEST_CASE(two_schemes_on_one_port_take_turns) {
  limits b = without_robots();
  b.per_host = 1;
  crawl_fixture crawl{b};
  crawl.seed(
      {"http://a:81/1", "http://a:81/2", "http://a:81/3", "https://a:81/1", "https://a:81/2"});
  std::string order;
  while (crawl.next() == kind::page) {
    order += crawl.last.job.target.str() + " ";
    crawl.answer(crawl.last.job, 200);
  }
  BOOST_TEST(order == "http://a:81/1 https://a:81/1 http://a:81/2 https://a:81/2 http://a:81/3 ");
}

BOOST_AUTO_TEST_CASE(links_deeper_than_allowed_are_not_followed) {
  limits b = without_robots();
  b.depth_max = 1;
  crawl_fixture crawl{b};
  crawl.seed({"http://a/"});
  crawl.answer(crawl.expect("http://a/"), 200, {"http://a/1"});
  crawl.answer(crawl.expect("http://a/1"), 200, {"http://a/2"});
  BOOST_TEST((crawl.next() == kind::finished));
  BOOST_TEST(crawl.counts().dropped == 0u);
}

BOOST_AUTO_TEST_CASE(a_redirect_keeps_its_depth_and_a_seeds_target_is_a_seed) {
  limits b = without_robots();
  b.depth_max = 0;
  crawl_fixture crawl{b, scope_kind::host};
  crawl.seed({"http://a/"});
  BOOST_TEST((crawl.redirect(crawl.expect("http://a/"), "https://www.a/") == verdict::final_row));
  const auto target = crawl.expect("https://www.a/");
  BOOST_TEST(target.depth == 0u);
  BOOST_TEST(target.redirects == 1u);
  BOOST_TEST(target.seed);
  crawl.answer(target, 200, {"http://a/1"});
  BOOST_TEST((crawl.next() == kind::finished));
  BOOST_TEST(crawl.counts().pages == 2u);
}

BOOST_AUTO_TEST_CASE(a_seeds_redirect_widens_the_scope_and_a_links_does_not) {
  crawl_fixture crawl{without_robots(), scope_kind::host};
  crawl.seed({"http://a/"});
  crawl.redirect(crawl.expect("http://a/"), "http://www.a/");
  crawl.answer(crawl.expect("http://www.a/"), 200, {"http://www.a/1", "http://a/2", "http://b/"});
  BOOST_TEST(crawl.counts().out_of_scope == 1u);
  const auto one = crawl.expect("http://www.a/1");
  BOOST_TEST(!one.seed);
  crawl.redirect(one, "http://b/1");
  BOOST_TEST(crawl.counts().out_of_scope == 2u);
  const auto two = crawl.expect("http://a/2");
  crawl.redirect(two, "http://a/3");
  const auto three = crawl.expect("http://a/3");
  BOOST_TEST(three.depth == 1u);
  crawl.redirect(three, "http://www.a/1"); // known: not fetched again
  BOOST_TEST((crawl.next() == kind::finished));
}

BOOST_AUTO_TEST_CASE(a_preferred_host_goes_first_and_the_others_keep_their_places) {
  limits b = without_robots();
  b.per_host = 1;
  b.concurrency = 100;
  crawl_fixture crawl{b};
  crawl.seed({"http://a/", "http://b/", "http://c:8080/", "http://d/", "https://e/"});
  const auto take = [&](const char* wanted) {
    const auto step = crawl.pages.next(crawl.now, [&](std::string_view h) { return h == wanted; });
    BOOST_REQUIRE((step.what == kind::page));
    return step.job.target.str();
  };
  BOOST_TEST(take("c:8080") == "http://c:8080/");
  BOOST_TEST(take("e:443") == "https://e/");
  BOOST_TEST(take("e:443") == "http://a/"); // it has its one request
  crawl.expect("http://b/");
  BOOST_TEST(take("nobody:80") == "http://d/");
  BOOST_TEST((crawl.next() == kind::busy));
}

BOOST_AUTO_TEST_CASE(redirects_in_a_row_end) {
  limits b = without_robots();
  b.redirects_max = 2;
  crawl_fixture crawl{b};
  crawl.seed({"http://a/0"});
  const auto first = crawl.expect("http://a/0");
  BOOST_TEST(!first.last_hop);
  crawl.redirect(first, "http://a/1");
  crawl.redirect(crawl.expect("http://a/1"), "http://a/2");
  const auto last = crawl.expect("http://a/2");
  BOOST_TEST(last.redirects == 2u);
  BOOST_TEST(last.last_hop);
  crawl.redirect(last, "http://a/3");
  BOOST_TEST((crawl.next() == kind::finished));
  BOOST_TEST(crawl.counts().dropped == 1u);
  BOOST_TEST(crawl.counts().pages == 3u);
}

BOOST_AUTO_TEST_SUITE_END()
