// SPDX-License-Identifier: BSD-3-Clause
//
// All engines find the pages that sitemaps list, once, and mark the same pages as duplicates.

#include <boost/test/unit_test.hpp>

#include <map>
#include <set>
#include <string>

#include "tests/agree/engines.hpp"
#include "tests/support/crawl_trial.hpp"
#include "tests/support/tiny_site.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

/// Takes: its own origin, which it learns once it runs.
struct listed_site {
  std::string origin;

  site_answer operator()(const std::string& target, unsigned) const {
    const auto entry = [this](const char* element, const std::string& path) {
      return std::string{"<"} + element + "><loc>" + origin + path + "</loc></" + element + ">";
    };
    const std::map<std::string, std::string> pages = {
        {"/robots.txt", "Sitemap: " + origin + "/index\nUser-agent: *\nDisallow: /secret\nSitemap: "
                            + origin + "/text"},
        {"/index", "<sitemapindex>" + entry("sitemap", "/one") + entry("sitemap", "/gone")
                       + "</sitemapindex>"},
        {"/one", "<urlset>" + entry("url", "/both") + entry("url", "/listed/1")
                     + entry("url", "/secret") + "<url><loc>http://elsewhere.invalid/</loc></url>"},
        {"/text", origin + "/listed/1\n" + origin + "/listed/2\n"},
        {"/", "<a href=/linked>x</a><a href=/both>x</a>"},
        {"/linked", "<a href=/>x</a>"},
        {"/both", "<p>the same</p>"},
        {"/listed/1", "<p>the same</p>"},
        {"/listed/2", "<a href=/behind>x</a>"},
        {"/behind", "<p>the same</p>"},
    };
    site_answer answer;
    const auto page = pages.find(target);
    answer.status = page == pages.end() ? 404 : 200;
    answer.body = page == pages.end() ? "gone" : page->second;
    return answer;
  }
};

} // namespace

BOOST_AUTO_TEST_CASE(all_engines_fetch_what_sitemaps_list) {
  using use = crawl::sitemap_use;
  const std::set<std::string> linked = {"/", "/linked", "/both"},
                              lists = {"/index", "/one", "/gone", "/text"},
                              listed = {"/both", "/listed/1", "/listed/2"};
  for (const auto& engine : engines()) {
    for (const auto how : {use::never, use::also, use::only}) {
      BOOST_TEST_CONTEXT("engine " << engine.name << ", use " << static_cast<int>(how)) {
        listed_site pages;
        tiny_site site(
            [&pages](const std::string& target, unsigned before) { return pages(target, before); });
        pages.origin = site.origin();
        auto plan = plan_for({site.origin() + "/"});
        plan.bounds.sitemaps = how;
        const auto trial = try_crawl(engine.run, plan);
        std::set<std::string> want = how == use::only ? std::set<std::string>{"/"} : linked;
        if (how != use::never) {
          want.insert(lists.begin(), lists.end());
          want.insert(listed.begin(), listed.end());
        }
        if (how == use::also)
          want.insert("/behind");
        std::set<std::string> have;
        for (const auto& row : trial.pages) {
          const auto target = row.url.substr(site.origin().size());
          BOOST_TEST(have.insert(target).second, "twice: " << target);
          BOOST_TEST(site.count(target) == 1u, target);
          if (target == "/one") { // it has no end
            BOOST_TEST(row.error == "bad_sitemap");
            BOOST_TEST(row.links == 4);
          }
        }
        BOOST_TEST(have == want, boost::test_tools::per_element());
        const auto& counts = trial.summary.counts;
        BOOST_TEST(counts.out_of_scope == (how == use::never ? 0u : 1u));
        BOOST_TEST(counts.robots_denied == (how == use::never ? 0u : 1u));
        BOOST_TEST(site.count("/secret") == 0u);
      }
    }
  }
}
