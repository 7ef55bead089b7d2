// SPDX-License-Identifier: BSD-3-Clause
//
// All engines on the demo site, served compressed by its own server; the judge is the site's
// generator, which knows its pages without parsing any. This is the site that the engines are timed
// on, so that none is timed before it is right there.

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "domain/site/pages.hpp"
#include "io/site/answers.hpp"
#include "io/site/server.hpp"
#include "tests/agree/engines.hpp"
#include "tests/support/crawl_trial.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

/// The demo site on a free port, as long as this lives.
class demo_site {
public:
  demo_site() : server_({}), pages_(options(server_.origin())), answers_(pages_) {
    answers_.prepare();
    thread_ = std::jthread([this] { server_.run(answers_); });
  }
  ~demo_site() { server_.stop(); }

  std::string origin() const { return server_.origin(); }
  const site::pages& pages() const { return pages_; }

private:
  static site::site_options options(const std::string& origin) {
    site::site_options made;
    made.seed = 20220519;
    made.lists = 6;
    made.graph_pages = 80;
    made.origin = origin;
    return made;
  }

  io::site_server server_;
  site::pages pages_;
  io::site_answers answers_;
  std::jthread thread_; // last: joined first
};

std::vector<seen_item> titles_of(const demo_site& demo) {
  std::vector<seen_item> items;
  const auto& pages = demo.pages();
  for (std::uint32_t list = 1; list <= pages.options().lists; ++list)
    for (const auto& title : pages.make(pages.list_path(list)).titles)
      items.push_back(
          {demo.origin() + pages.list_path(list), demo.origin() + title.href, title.text});
  std::sort(items.begin(), items.end());
  return items;
}

} // namespace

BOOST_AUTO_TEST_CASE(demo_site_gives_every_engine_what_its_generator_knows) {
  const demo_site demo;
  const auto reachable = site::reachable_pages(demo.pages());
  const auto titles = titles_of(demo);
  BOOST_REQUIRE(titles.size() == 6u * site::posts_per_list);
  BOOST_REQUIRE(reachable.size() > 6 + titles.size() + 80);

  auto plan = plan_for({demo.origin() + "/"});
  plan.extract = {crawl::extract_spec::kind::css, "a.post-item-title"};
  plan.bounds.concurrency = 8;
  plan.bounds.per_host = 8;
  for (const auto& engine : engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      auto trial = try_crawl(engine.run, plan);
      BOOST_TEST(trial.summary.counts.errors == 0u);
      BOOST_TEST(trial.pages.size() == reachable.size());
      for (const auto& row : trial.pages) {
        BOOST_REQUIRE(row.url.starts_with(demo.origin() + "/"));
        const auto it = reachable.find(row.url.substr(demo.origin().size()));
        BOOST_TEST((it != reachable.end()), "not to be asked for: " << row);
        if (it == reachable.end())
          continue;
        BOOST_TEST(row.status == it->second.status, row);
        const auto& to = it->second.location;
        BOOST_TEST(row.redirect_to == (to.empty() ? "" : demo.origin() + to), row);
      }
      std::sort(trial.items.begin(), trial.items.end());
      BOOST_CHECK_EQUAL_COLLECTIONS(trial.items.begin(), trial.items.end(), titles.begin(),
                                    titles.end());
    }
  }
}
