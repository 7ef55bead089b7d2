// SPDX-License-Identifier: BSD-3-Clause
// Pages whose results are too large for one message, read by fetchers that die while these are on
// their way: each row has all of its items, once, and all of its links are followed.

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "tests/actors/crawl/far_world.hpp"

using namespace troupe;
using namespace troupe::crawl;
using test::world;

namespace {

// What a node's foreman says goes on message by message, as over a network; who dies there is seen
// at once, and others get his pages meanwhile.
struct slow_line {
  static constexpr const char* name = "slow_line";
  slow_line(coordinator_actor::pointer self, coordinator_actor to)
      : self_(self), to_(std::move(to)), watcher_(self) {}
  coordinator_actor::behavior_type make_behavior() {
    watcher_.watch(self_, to_, [this](const caf::error&) { self_->quit(); });
    return {[this](const want_page& x) { runtime::send(self_, to_, x); },
            [this](const page_done& x) { runtime::send(self_, to_, x); },
            [this](const page_part& x) { runtime::send(self_, to_, x); },
            [](const hands_leave&) -> caf::result<hands_left> { return hands_left{}; },
            [](progress_wanted) -> caf::result<progress_report> { return progress_report{}; },
            [](const stop_crawl&) {},
            [](const tick&) {}};
  }
  coordinator_actor::pointer self_;
  coordinator_actor to_;
  runtime::watcher watcher_;
};

// Stands before a team, and gives it slow lines.
struct team_behind_lines {
  static constexpr const char* name = "team_behind_lines";
  team_behind_lines(team_actor::pointer self, team_actor whom)
      : self_(self), whom_(std::move(whom)), watcher_(self) {}
  ~team_behind_lines() {
    for (const auto& x : lines_)
      runtime::stop(x);
  }
  team_behind_lines(const team_behind_lines&) = delete;
  team_behind_lines& operator=(const team_behind_lines&) = delete;
  team_actor::behavior_type make_behavior() {
    watcher_.watch(self_, whom_, [this](const caf::error&) { self_->quit(); });
    return {[this](const crawl_opened& x) {
              auto mine = x;
              mine.coordinator = runtime::spawn<slow_line>(self_, x.coordinator);
              lines_.push_back(mine.coordinator);
              runtime::send(self_, whom_, mine);
            },
            [this](const crawl_closed& x) { runtime::send(self_, whom_, x); },
            [](const team_leaves&) {}, [](const foreman_left&) {}};
  }
  team_actor::pointer self_;
  team_actor whom_;
  runtime::watcher watcher_;
  std::vector<coordinator_actor> lines_;
};

// Where such teams come to the head.
struct door {
  static constexpr const char* name = "door";
  door(crawl_head_actor::pointer self, crawl_head_actor to) : self_(self), to_(std::move(to)) {}
  ~door() {
    for (const auto& x : teams_)
      runtime::stop(x);
  }
  door(const door&) = delete;
  door& operator=(const door&) = delete;
  crawl_head_actor::behavior_type make_behavior() {
    return {[](const crawl_ordered&) -> caf::result<crawl_taken> { return crawl_taken{}; },
            [](const seeds_ordered&) -> caf::result<crawl_taken> { return crawl_taken{}; },
            [this](const team_offered& x) {
              teams_.push_back(runtime::spawn<team_behind_lines>(self_, x.who));
              runtime::send(self_, to_, team_offered{teams_.back()});
            },
            [](const crawl_begun&) {},
            [](const crawl_over&) {},
            [](const tick&) {}};
  }
  crawl_head_actor::pointer self_;
  crawl_head_actor to_;
  std::vector<team_actor> teams_;
};

struct slow_world : world {
  explicit slow_world(std::uint64_t seed)
      : world(seed), entrance(runtime::spawn<door>(actors.system(), head)) {}
  ~slow_world() { runtime::stop(entrance); }
  crawl_head_actor entrance;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_fetcher_that_dies_between_two_parts_loses_and_mixes_nothing) {
  std::size_t deaths = 0, large = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      slow_world w{seed};
      w.web.items_a_page = 7;
      std::map<std::string, int> died;
      w.web.before_fetch = [&](const std::string& url) {
        if (w.draw() % 3 == 0 && died[url]++ == 0) {
          ++deaths;
          throw std::runtime_error("planted"); // with what it has reported still on its way
        }
      };
      auto crew = world::small_crew();
      crew.part_bytes_max = 150;
      w.add_team(crew, w.entrance);
      auto p = w.plan();
      p.bounds.page_attempts_max = 100;
      w.order(p);
      BOOST_REQUIRE(w.finish());
      w.check_whole();
      for (const auto& x : w.web.rows) {
        if (x.row.status != 200)
          continue;
        ++large;
        BOOST_TEST(x.items.size() == 7u, x.row.url);
        for (std::size_t i = 0; i < x.items.size(); ++i)
          BOOST_TEST(x.items[i].text == "item " + std::to_string(i) + " of " + x.row.url);
      }
    }
  }
  BOOST_TEST(deaths > 1'000u);
  BOOST_TEST(large > 3'000u);
}
