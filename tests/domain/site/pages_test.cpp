// SPDX-License-Identifier: BSD-3-Clause
#include "domain/site/pages.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include <boost/test/unit_test.hpp>

#include "domain/crawl/robots.hpp"
#include "domain/crawl/url.hpp"
#include "domain/site/markup.hpp"
#include "domain/site/words.hpp"

using namespace troupe::site;

namespace {

pages small_site(std::uint64_t seed = 1) {
  return pages({.seed = seed, .lists = 8, .graph_pages = 120, .origin = "http://127.0.0.1:8080"});
}

bool in_never_land(std::string_view path) {
  return path.starts_with("/private/") || path.starts_with("/nofollow/")
         || path.starts_with("/trap/");
}

std::size_t count_of(std::string_view text, std::string_view what) {
  std::size_t n = 0;
  for (auto p = text.find(what); p != text.npos; p = text.find(what, p + what.size()))
    ++n;
  return n;
}

} // namespace

BOOST_AUTO_TEST_CASE(gives_the_same_bytes_for_the_same_seed) {
  const pages one = small_site(7), same = small_site(7), other = small_site(8);
  for (const char* path : {"/", "/sitehome/p/3", "/g/00042.html", "/tag/C++.html", "/sitemap.xml"})
    BOOST_TEST(one.make(path).body == same.make(path).body, path);
  for (const char* path : {"/sitehome/p/3", "/g/00042.html"})
    BOOST_TEST(one.make(path).body != other.make(path).body, path);
}

BOOST_AUTO_TEST_CASE(rolls_the_same_dice_on_every_machine) {
  dice d(1, "headline", 17);
  // Worked out once, by another implementation; a change here changes every page of every site.
  BOOST_TEST(d.next() == 0x94a3d67b2fcf3b69u);
  BOOST_TEST(d.next() == 0x60c508eb8b5cdfe5u);
}

BOOST_AUTO_TEST_CASE(makes_list_pages_of_about_70_kb_with_20_titles) {
  const pages site({.lists = 50});
  for (std::uint32_t n = 1; n <= 50; ++n) {
    const page p = site.make(site.list_path(n));
    BOOST_TEST(p.status == 200);
    BOOST_TEST(p.body.size() > 67'000u);
    BOOST_TEST(p.body.size() < 73'000u);
    BOOST_TEST(p.titles.size() == 20u);
    for (const auto& t : p.titles) {
      BOOST_TEST(site.make(t.href).status == 200, t.href);
      BOOST_TEST(count_of(t.text, "  ") == 0u);
      BOOST_TEST(std::ranges::count(p.links, t.href) >= 1, t.href);
    }
  }
}

BOOST_AUTO_TEST_CASE(names_each_post_on_one_list_only) {
  const pages site = small_site();
  std::set<std::string> hrefs, texts;
  for (std::uint32_t n = 1; n <= site.options().lists; ++n) {
    for (const auto& t : site.make(site.list_path(n)).titles) {
      hrefs.insert(t.href);
      texts.insert(t.text);
    }
  }
  BOOST_TEST(hrefs.size() == site.posts());
  BOOST_TEST(texts.size() == site.posts());
}

BOOST_AUTO_TEST_CASE(writes_a_title_in_fifteen_different_ways) {
  std::set<std::string> seen;
  for (unsigned way = 0; way < title_ways; ++way)
    seen.insert(make_title_anchor(way, "/u/user1/p/2.html", "Q&A — <b> \"x\" it's"));
  BOOST_TEST(seen.size() == title_ways);
  BOOST_TEST(make_title_anchor(0, "/p", "a<b & c")
             == "<a class=\"post-item-title\" href=\"/p\" target=\"_blank\">a&lt;b &amp; c</a>");
  BOOST_TEST(make_title_anchor(8, "/p", "é")
             == "<a class=\"post-item-title\" href=\"/p\">&#xE9;</a>");
}

BOOST_AUTO_TEST_CASE(puts_traps_between_the_titles) {
  const pages site({.lists = 8});
  std::string all;
  for (std::uint32_t n = 1; n <= 8; ++n)
    all += site.make(site.list_path(n)).body;
  for (const char* sign : {"<!-- <a class=\"post-item-title\"", "'<a class=\"post-item-title\"",
                           "<b class=\"post-item-title\"", "&lt;a class=", "my-post-item-title",
                           "<style>/* <a", "<span class='post-item-title'"})
    BOOST_TEST(count_of(all, sign) > 0u, sign);
}

BOOST_AUTO_TEST_CASE(answers_404_to_every_path_but_its_own) {
  const pages site = small_site();
  const std::string post = site.post_path(5);
  const std::string other_user = "/u/user99/p/5.html";
  for (const std::string& path : {std::string{},
                                  std::string("/x"),
                                  std::string("/sitehome/p/0"),
                                  std::string("/sitehome/p/9"),
                                  std::string("/sitehome/p/01"),
                                  std::string("/sitehome/p/+1"),
                                  std::string("/sitehome/p/1 "),
                                  std::string("/sitehome/p/"),
                                  std::string("/sitehome/p/4294967297"),
                                  other_user,
                                  post + "x",
                                  std::string("/u/"),
                                  std::string("/u/p/.html"),
                                  std::string("/g/00120.html"),
                                  std::string("/g/1.html"),
                                  std::string("/g/000001.html"),
                                  std::string("/r/0"),
                                  std::string("/r/9"),
                                  std::string("/r/g-120"),
                                  std::string("/r/g-01"),
                                  std::string("/missing/1.html"),
                                  std::string("/trap/1.html"),
                                  std::string("/tag/x.html")})
    BOOST_TEST(site.make(path).status == 404, path);
  BOOST_TEST(site.make(post).status == 200);
}

BOOST_AUTO_TEST_CASE(reaches_every_list_post_and_graph_page_from_home) {
  const pages site = small_site();
  const auto reached = reachable_pages(site);
  const auto main = site.main_paths(1'000'000);
  BOOST_TEST(main.size() == 1u + 8 + 160 + 120);
  for (const auto& path : main)
    BOOST_TEST((reached.contains(path) && reached.at(path).status == 200), path);
}

BOOST_AUTO_TEST_CASE(counts_as_reachable_nothing_that_is_forbidden) {
  for (const auto& [path, what] : reachable_pages(small_site()))
    BOOST_TEST(!in_never_land(path), path);
}

BOOST_AUTO_TEST_CASE(has_redirects_in_both_kinds_and_pages_that_are_missing) {
  const pages site = small_site();
  const auto reached = reachable_pages(site);
  std::size_t moved = 0, found = 0, missing = 0, relative = 0, to_redirect = 0;
  for (const auto& [path, what] : reached) {
    moved += what.status == 301;
    found += what.status == 302;
    missing += what.status == 404;
    if (what.location.empty())
      continue;
    BOOST_TEST(reached.contains(what.location), path << " leads to " << what.location);
    to_redirect += !reached.at(what.location).location.empty();
    const auto answer = site.make(path);
    relative += answer.location.starts_with("..");
    // The header, resolved by the crawler's own rules, is the path that it is said to be.
    const auto base = troupe::crawl::parse_url("http://h" + path);
    BOOST_REQUIRE(base.has_value());
    const auto target = troupe::crawl::resolve(*base, answer.location);
    BOOST_REQUIRE(target.has_value());
    BOOST_TEST(target->path() == what.location);
  }
  BOOST_TEST(moved >= 4u);
  BOOST_TEST(found >= 4u);
  BOOST_TEST(missing >= 8u);
  BOOST_TEST(relative >= 1u);
  BOOST_TEST(to_redirect >= 3u); // /r/7 and the loop's two
}

BOOST_AUTO_TEST_CASE(forbids_in_robots_txt_what_it_calls_forbidden) {
  const pages site = small_site();
  const auto rules = troupe::crawl::robots_rules::parse(site.make("/robots.txt").body, "troupe");
  for (const auto& [path, what] : reachable_pages(site))
    BOOST_TEST(rules.allows(path), path);
  for (const char* path : {"/private/", "/private/3.html"}) {
    BOOST_TEST(!rules.allows(path), path);
    BOOST_TEST(is_forbidden(path), path);
  }
  BOOST_REQUIRE(rules.sitemaps().size() == 1u);
  BOOST_TEST(rules.sitemaps()[0] == "http://127.0.0.1:8080/sitemap.xml");
}

BOOST_AUTO_TEST_CASE(links_to_what_a_right_crawler_must_leave_alone) {
  const pages site = small_site();
  const page list = site.make("/sitehome/p/2");
  BOOST_TEST(std::ranges::count(list.links, "/private/2.html") == 1);
  BOOST_TEST(count_of(list.body, "/nofollow/2.html") == 1u);
  BOOST_TEST(std::ranges::count(list.links, "/nofollow/2.html") == 0);
  BOOST_TEST(count_of(list.body, "/trap/") > 0u);
  BOOST_TEST(
      std::ranges::none_of(list.links, [](const auto& l) { return l.starts_with("/trap/"); }));
  const page closed = site.make("/notes/closed.html");
  BOOST_TEST(count_of(closed.body, "/nofollow/notes.html") == 1u);
  BOOST_TEST(closed.links.empty());
}

BOOST_AUTO_TEST_CASE(keeps_its_sizes_within_bounds) {
  BOOST_TEST(pages({.lists = 0}).options().lists == 1u);
  BOOST_TEST(pages({.lists = 4'000'000'000u}).options().lists == lists_max);
  BOOST_TEST(pages({.graph_pages = 4'000'000'000u}).options().graph_pages == graph_pages_max);
  BOOST_TEST(small_site().main_paths(10).size() == 10u);
  const pages large({.lists = 10'000, .graph_pages = graph_pages_max});
  BOOST_TEST(large.make("/g/999999.html").status == 200);
  BOOST_TEST(large.make("/sitehome/p/10000").titles.size() == 20u);
}

BOOST_AUTO_TEST_CASE(makes_graph_pages_of_about_6_kb) {
  // Many: sizes are by chance, and each of the few bytes around the end of the filling must come
  // up.
  constexpr std::uint32_t count = 10'000;
  const pages site({.lists = 1, .graph_pages = count});
  std::size_t sum = 0, largest = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::size_t size = site.make(site.graph_path(i)).body.size();
    sum += size;
    largest = std::max(largest, size);
  }
  BOOST_TEST(sum / count > 5'000u);
  BOOST_TEST(sum / count < 7'500u);
  BOOST_TEST(largest < 12'000u);
}

BOOST_AUTO_TEST_CASE(encodes_what_is_not_ascii_in_a_path) {
  BOOST_TEST(percent_encode("/tag/并.html") == "/tag/%E5%B9%B6.html");
  BOOST_TEST(percent_encode("/a/C++.html") == "/a/C++.html");
}
