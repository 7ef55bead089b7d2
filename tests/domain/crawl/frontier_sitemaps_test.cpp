// SPDX-License-Identifier: BSD-3-Clause
// Where sitemaps come from, what they lead to, and that a crawl of them can be cut anywhere.

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "domain/crawl/final_page.hpp"
#include "tests/domain/crawl/crawl_fixture.hpp"
#include "tests/domain/crawl/simulated_web.hpp"

using namespace troupe::crawl;

namespace {

limits with_sitemaps(sitemap_use use, bool robots = true) {
  limits b;
  b.sitemaps = use;
  b.obey_robots = robots;
  return b;
}

struct sitemap_fixture : crawl_fixture {
  explicit sitemap_fixture(const limits& bounds = with_sitemaps(sitemap_use::also),
                           scope_kind scope = scope_kind::host)
      : crawl_fixture(bounds, scope) {}

  page_job expect_sitemap(const std::string& target, std::uint32_t depth = 0) {
    auto job = expect(target);
    BOOST_TEST(job.sitemap, target);
    BOOST_TEST(job.depth == depth, target);
    return job;
  }
  page_job expect_page(const std::string& target, std::uint32_t depth) {
    auto job = expect(target);
    BOOST_TEST(!job.sitemap, target);
    BOOST_TEST(job.depth == depth, target);
    return job;
  }
  /// Takes all that is given out now. Returns: by URL.
  std::map<std::string, page_job> take_all() {
    std::map<std::string, page_job> jobs;
    while (next() == kind::page)
      jobs[last.job.target.str()] = last.job;
    return jobs;
  }
  verdict lists(const page_job& job, std::initializer_list<const char*> listed,
                std::initializer_list<const char*> further = {}) {
    page_result r;
    r.row.status = 200;
    for (const char* u : listed)
      r.links.push_back(at(u));
    for (const char* u : further)
      r.sitemaps.push_back(at(u));
    return pages.page_done(job.id, r, now);
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(frontier_sitemaps)

BOOST_AUTO_TEST_CASE(those_that_robots_txt_names_are_read_wherever_they_are) {
  sitemap_fixture c;
  c.seed({"http://a/x"});
  c.expect_robots("http://a");
  c.know("http://a",
         "Sitemap: http://a/one.xml\nUser-agent: *\nDisallow: /no\n\n"
         "sitemap: https://cdn/two.xml\nSitemap: /three.xml\nSitemap: http://a/one.xml\n"
         "Sitemap: http://a/no.xml\n");
  BOOST_TEST(c.counts().robots_denied == 1u); // a sitemap is a page to robots.txt
  c.expect_robots("https://cdn");             // it is polite there as well
  c.know("https://cdn", "Sitemap: https://cdn/of-others.xml\n");
  auto jobs = c.take_all();
  BOOST_TEST(jobs.size() == 3u);
  const auto one = jobs["http://a/one.xml"], two = jobs["https://cdn/two.xml"];
  BOOST_TEST(one.sitemap);
  BOOST_TEST(two.sitemap);
  BOOST_TEST(!jobs["http://a/x"].sitemap);
  c.answer(jobs["http://a/x"], 200, {"http://a/l"});
  c.lists(one, {"http://a/1", "http://a/x", "http://a/l", "http://b/", "https://cdn/p"});
  c.lists(two, {"http://a/2", "http://a/no/3"});
  BOOST_TEST(c.counts().out_of_scope == 2u);
  BOOST_TEST(c.counts().robots_denied == 2u);
  jobs = c.take_all();
  BOOST_TEST(jobs["http://a/l"].depth == 1u); // it was found first, as a link
  c.answer(jobs["http://a/l"], 200);
  BOOST_TEST(jobs["http://a/1"].depth == 0u);
  c.answer(jobs["http://a/1"], 200, {"http://a/m"});
  c.answer(c.expect_page("http://a/2", 0), 200);
  c.answer(c.expect_page("http://a/m", 1), 200);
  BOOST_TEST((c.next() == kind::finished));
  BOOST_TEST(c.counts().pages == 7u);
}

BOOST_AUTO_TEST_CASE(where_none_is_named_a_seeds_origin_is_asked_for_the_usual_one) {
  sitemap_fixture c{with_sitemaps(sitemap_use::also), scope_kind::any};
  c.seed({"http://a/x"});
  c.expect_robots("http://a");
  c.know("http://a", "Sitemap: nowhere\n");
  c.answer(c.expect_page("http://a/x", 0), 200, {"http://b/"});
  c.expect_robots("http://b");
  c.know("http://b", ""); // no seed's
  c.lists(c.expect_sitemap("http://a/sitemap.xml"), {});
  c.answer(c.expect_page("http://b/", 1), 200);
  BOOST_TEST((c.next() == kind::finished));
}

BOOST_AUTO_TEST_CASE(a_seed_that_has_moved_has_its_sitemap_where_it_is_now) {
  sitemap_fixture c;
  c.seed({"http://a/"});
  c.expect_robots("http://a");
  c.know("http://a", "Sitemap: http://a/s\n");
  c.redirect(c.expect("http://a/"), "http://www.a/");
  c.expect_robots("http://www.a");
  c.know("http://www.a", "");
  c.expect_sitemap("http://a/s");
  c.expect_page("http://www.a/", 0);
  c.expect_sitemap("http://www.a/sitemap.xml");
}

BOOST_AUTO_TEST_CASE(without_robots_txt_there_is_the_usual_one) {
  sitemap_fixture c{with_sitemaps(sitemap_use::also, false)};
  c.seed({"http://a/x", "http://a/y"});
  c.expect_page("http://a/x", 0);
  c.expect_sitemap("http://a/sitemap.xml");
}

BOOST_AUTO_TEST_CASE(never_means_never) {
  sitemap_fixture c{with_sitemaps(sitemap_use::never)};
  BOOST_TEST(!c.pages.add_sitemap(at("http://a/s")));
  c.seed({"http://a/x"});
  c.expect_robots("http://a");
  c.know("http://a", "Sitemap: http://a/s\n");
  c.answer(c.expect_page("http://a/x", 0), 200);
  BOOST_TEST((c.next() == kind::finished));
  BOOST_TEST(c.pages.take_announced().empty());
}

BOOST_AUTO_TEST_CASE(where_one_is_named_no_others_are_looked_for) {
  sitemap_fixture c;
  BOOST_TEST(c.pages.add_sitemap(at("http://z/mine.xml")));
  BOOST_TEST(!c.pages.add_sitemap(at("http://z/mine.xml")));
  c.seed({"http://a/x"});
  c.expect_robots("http://z");
  c.know("http://z", "");
  c.expect_robots("http://a");
  c.know("http://a", "Sitemap: http://a/s\n");
  c.lists(c.expect_sitemap("http://z/mine.xml"), {"http://a/1", "http://z/1"});
  BOOST_TEST(c.counts().out_of_scope == 1u);
  c.expect_page("http://a/x", 0);
  c.expect_page("http://a/1", 0);
  BOOST_TEST(c.pages.take_announced().empty());
}

BOOST_AUTO_TEST_CASE(one_robots_txt_leads_to_so_many_hosts_and_no_more) {
  auto bounds = with_sitemaps(sitemap_use::also);
  bounds.sitemaps_per_host_max = 2;
  sitemap_fixture c{bounds};
  c.seed({"http://a/"});
  c.expect_robots("http://a");
  c.know("http://a", "Sitemap: http://b/1\nSitemap: http://c/1\nSitemap: http://d/1\n");
  BOOST_TEST(c.counts().dropped == 1u);
  BOOST_TEST(c.pages.take_announced().size() == 2u);
}

BOOST_AUTO_TEST_CASE(an_index_leads_on_within_bounds) {
  auto bounds = with_sitemaps(sitemap_use::also);
  bounds.sitemap_depth_max = 2;
  bounds.sitemaps_per_host_max = 4;
  sitemap_fixture c{bounds};
  c.seed({"http://a/"});
  c.expect_robots("http://a");
  c.know("http://a", "Sitemap: http://cdn/0\n");
  c.expect_robots("http://cdn");
  c.know("http://cdn", "");
  c.answer(c.expect("http://a/"), 200);
  c.lists(c.expect_sitemap("http://cdn/0", 0), {"http://a/p"},
          {"http://cdn/1", "http://cdn/0", "https://cdn/1", "http://x/1", "http://a/1"});
  BOOST_TEST(c.counts().out_of_scope == 1u); // neither in the scope nor at the index's own host
  BOOST_TEST(c.counts().dropped == 0u);
  c.expect_robots("https://cdn");
  c.know("https://cdn", "");
  const auto jobs = c.take_all();
  BOOST_TEST(jobs.size() == 4u);
  for (const auto& [u, job] : jobs) {
    BOOST_TEST(job.depth == (job.sitemap ? 1u : 0u));
    if (u == "http://cdn/1")
      c.lists(job, {}, {"http://cdn/2", "http://cdn/3", "http://cdn/4", "http://cdn/5"});
    else
      c.lists(job, {});
  }
  BOOST_TEST(jobs.contains("http://a/p"));
  BOOST_TEST(jobs.contains("https://cdn/1"));
  BOOST_TEST(c.counts().dropped == 2u); // four at http://cdn; https is another host:port
  c.lists(c.expect_sitemap("http://cdn/2", 2), {}, {"http://cdn/deeper"});
  BOOST_TEST(c.counts().dropped == 3u); // that deep
  c.lists(c.expect_sitemap("http://cdn/3", 2), {});
  BOOST_TEST((c.next() == kind::finished));
}

BOOST_AUTO_TEST_CASE(a_sitemap_is_tried_again_and_redirected_as_a_page_is) {
  auto bounds = with_sitemaps(sitemap_use::also);
  bounds.depth_max = 0;
  sitemap_fixture c{bounds};
  c.seed({"http://a/"});
  c.expect_robots("http://a");
  c.know("http://a", "Sitemap: http://cdn/0\n");
  c.expect_robots("http://cdn");
  c.know("http://cdn", "");
  c.answer(c.expect("http://a/"), 200, {"http://a/too-deep"});
  auto job = c.expect_sitemap("http://cdn/0");
  BOOST_TEST((c.fail(job, 0, fault::connection_lost) == verdict::retried));
  BOOST_TEST((c.next() == kind::wait));
  c.now = c.last.until;
  job = c.expect_sitemap("http://cdn/0");
  BOOST_TEST(job.attempt == 1u);
  BOOST_TEST(!c.pages.job_lost(job.id, c.now)); // who read it died
  job = c.expect_sitemap("http://cdn/0");
  c.redirect(job, "https://cdn/0");
  c.expect_robots("https://cdn");
  c.know("https://cdn", "");
  job = c.expect_sitemap("https://cdn/0");
  BOOST_TEST(job.redirects == 1u);
  c.redirect(job, "http://elsewhere/0");
  BOOST_TEST(c.counts().out_of_scope == 1u);
  BOOST_TEST((c.next() == kind::finished));
}

BOOST_AUTO_TEST_CASE(a_crawl_of_them_that_was_cut_comes_to_the_same_pages) {
  struct final_one {
    std::string bytes;
    std::string url;
  };
  std::size_t cuts = 0, sitemaps_seen = 0, announced_seen = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    simulated_web web{seed};
    dice d{seed};
    auto bounds = with_sitemaps(sitemap_use::also, seed % 4 != 0);
    bounds.retry_base_ms = 1;
    bounds.sitemaps_per_host_max = 1 + static_cast<std::uint32_t>(roll(d, 3));
    // Some of the pages are sitemaps: they list other pages, and name further ones of their kind.
    std::map<std::string, std::string> robots;
    std::vector<std::string> known;
    for (const auto& [u, page] : web.pages)
      known.push_back(u);
    for (const auto& [origin, is] : web.origins)
      for (std::uint64_t n = roll(d, 4); n > 0; --n)
        robots[origin] += "Sitemap: " + known[roll(d, known.size())] + "\n";
    const auto crawl = [&](std::vector<final_one> done, std::size_t until) {
      frontier pages{bounds, scope_kind::any};
      for (const auto& s : web.seeds)
        pages.add_seed(url::from_normalized(s));
      for (const auto& f : done) {
        const auto kept = read_final_page(f.bytes);
        BOOST_REQUIRE(kept);
        BOOST_REQUIRE(pages.restore(kept->job, kept->result, kept->announced));
      }
      instant now{1h};
      std::vector<page_job> in_flight;
      const auto finish_one = [&] {
        const auto i = roll(d, in_flight.size());
        const page_job job = in_flight[i];
        in_flight.erase(in_flight.begin() + static_cast<std::ptrdiff_t>(i));
        page_result r;
        r.row.url = job.target.str();
        r.row.status = 404;
        if (const auto there = web.pages.find(job.target.str()); there != web.pages.end()) {
          r.row.status = 200;
          for (const auto& link : there->second.links) {
            // What leads to sitemaps is drawn by the URL, so that it is the same each time.
            const bool index = job.sitemap && link.size() % 2 == 0;
            (index ? r.sitemaps : r.links).push_back(url::from_normalized(link));
          }
        }
        BOOST_TEST((pages.page_done(job.id, r, now) == verdict::final_row));
        const auto announced = pages.take_announced();
        announced_seen += announced.size();
        sitemaps_seen += job.sitemap;
        done.push_back({to_bytes(job, r, announced), job.target.str()});
      };
      while (done.size() < until) {
        const auto s = pages.next(now);
        if (s.what == kind::page) {
          in_flight.push_back(s.job);
          if (roll(d, 3) == 0)
            finish_one();
        } else if (s.what == kind::robots) {
          pages.robots_known(s.origin, std::make_shared<robots_rules>(
                                           robots_rules::parse(robots[s.origin], "troupe")));
        } else if (!in_flight.empty()) {
          finish_one();
        } else if (s.what == kind::wait) {
          now = s.until;
        } else {
          break;
        }
      }
      return done;
    };
    const auto names = [](const std::vector<final_one>& all) {
      std::vector<std::string> out;
      for (const auto& f : all)
        out.push_back(f.url);
      std::sort(out.begin(), out.end());
      return out;
    };
    std::vector<final_one> done;
    for (std::size_t before = 0;; before = done.size(), ++cuts) {
      done = crawl(std::move(done), before + 1 + roll(d, 5));
      if (done.size() == before)
        break;
    }
    const auto urls = names(done);
    BOOST_TEST((std::adjacent_find(urls.begin(), urls.end()) == urls.end()), "seed " << seed);
  }
  BOOST_TEST(cuts > 1'000u);
  BOOST_TEST(sitemaps_seen > 300u);
  BOOST_TEST(announced_seen > 200u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(duplicates)

namespace {

page_result with_body(const page_job& job, std::uint64_t body) {
  page_result r;
  r.row.url = job.target.str();
  r.row.status = 200;
  if (job.digest)
    r.digest = {body, body};
  return r;
}

} // namespace

BOOST_AUTO_TEST_CASE(are_of_the_first_page_that_was_final) {
  for (const bool marked : {false, true}) {
    auto bounds = without_robots();
    bounds.mark_duplicates = marked;
    bounds.duplicates_max = 2;
    crawl_fixture c{bounds};
    c.seed({"http://a/1", "http://b/2", "http://c/3", "http://d/4", "http://e/5", "http://f/6"});
    std::vector<page_job> jobs;
    while (c.next() == kind::page)
      jobs.push_back(c.last.job);
    BOOST_REQUIRE(jobs.size() == 6u);
    BOOST_TEST(jobs[0].digest == marked);
    const auto end = [&](std::size_t which, std::uint64_t body) {
      auto r = with_body(jobs[which], body);
      BOOST_TEST((c.pages.page_done(jobs[which].id, r, c.now) == verdict::final_row));
      return r.row.duplicate_of;
    };
    BOOST_TEST(end(3, 7) == "");
    BOOST_TEST(end(0, 7) == (marked ? "http://d/4" : ""));
    BOOST_TEST(end(1, 8) == "");
    BOOST_TEST(end(2, 9) == ""); // one more than are remembered
    BOOST_TEST(end(4, 9) == "");
    BOOST_TEST(end(5, 8) == (marked ? "http://b/2" : ""));
  }
}

BOOST_AUTO_TEST_CASE(are_known_in_a_later_life) {
  auto bounds = without_robots();
  bounds.mark_duplicates = true;
  std::string kept;
  {
    crawl_fixture c{bounds};
    c.seed({"http://a/1", "http://a/2"});
    const auto job = c.expect("http://a/1");
    auto r = with_body(job, 7);
    c.pages.page_done(job.id, r, c.now);
    kept = to_bytes(job, r);
  }
  crawl_fixture c{bounds};
  c.seed({"http://a/1", "http://a/2"});
  const auto page = read_final_page(kept);
  BOOST_REQUIRE(page);
  BOOST_REQUIRE(c.pages.restore(page->job, page->result));
  const auto job = c.expect("http://a/2");
  auto r = with_body(job, 7);
  c.pages.page_done(job.id, r, c.now);
  BOOST_TEST(r.row.duplicate_of == "http://a/1");
}

BOOST_AUTO_TEST_SUITE_END()
