// SPDX-License-Identifier: BSD-3-Clause
// A crawl by the teams of several nodes, over a web without a network, every actor stepped by the
// test in orders drawn from a seed: what must hold whoever comes and goes.

#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "actors/crawl/customer.hpp"
#include "actors/crawl/head.hpp"
#include "actors/crawl/keeper.hpp"
#include "actors/crawl/team.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"
#include "runtime/test_system.hpp"
#include "tests/support/fake_web.hpp"

using namespace troupe;
using namespace troupe::crawl;

namespace {

struct world {
  runtime::test_system<caf::id_block::troupe> actors;
  test::fake_web web;
  std::mt19937_64 draw;
  crawl_head_actor head;
  std::vector<team_actor> teams;
  std::map<std::size_t, bool> left;
  std::vector<std::string> said;
  std::optional<crawl_summary> ended;
  customer_actor customer;
  int keys = 0;

  explicit world(std::uint64_t seed, head_limits bounds = {}, unsigned hosts = 3,
                 unsigned pages = 60)
      : actors(seed), web(seed, hosts, pages), draw(seed),
        head(runtime::spawn<crawl::head>(actors.system(), bounds, crew_limits{})) {}
  ~world() {
    runtime::stop(customer);
    for (const auto& t : teams)
      runtime::stop(t);
    runtime::stop(head);
    teams.clear();
    customer = nullptr, head = nullptr;
    actors.run();
  }

  std::size_t add_team() {
    const auto number = teams.size();
    team_ports ports;
    ports.make_ports = [this](const crawl_plan&, const far_http&) { return web.ports(); };
    ports.left = [this, number] { left[number] = true; };
    crew_limits crew;
    crew.parsers = 1;
    teams.push_back(runtime::spawn<team>(actors.system(), head, ports, crew));
    return number;
  }
  // As when its process is gone: nothing of it is heard any more.
  void lose_team(std::size_t number) { runtime::stop(teams.at(number)); }

  crawl_plan plan() const {
    crawl_plan p;
    p.seeds.push_back(url::from_normalized(web.url_of(0)));
    p.scope = scope_kind::any;
    p.bounds.concurrency = 3;
    p.bounds.per_host = 2;
    return p;
  }
  void order() { order(plan()); }
  void order(crawl_plan p) {
    customer_ports ports;
    ports.outside = web.ports();
    ports.say = [this](const std::string& line) { said.push_back(line); };
    ports.ended = [this](crawl_summary s) { ended = std::move(s); };
    ports.draw_key = [this] { return std::to_string(++keys); };
    customer = runtime::spawn<crawl::customer>(actors.system(), std::move(p), far_http{}, ports,
                                               crew_limits{});
    runtime::post(customer, use_head{head});
  }
  // A turn of whatever can happen; the clock moves when nothing else can.
  bool turn() {
    const bool stepped = actors.step();
    if (web.answer_one() || stepped)
      return true;
    if (!actors.has_timer())
      return false;
    actors.next_timer();
    return true;
  }
  bool finish() {
    for (int i = 0; i < 400'000 && !ended; ++i)
      if (!turn())
        return false;
    return ended.has_value();
  }
  void turns(std::size_t n) {
    for (; n > 0 && !ended; --n)
      turn();
  }
  std::vector<std::string> urls() const {
    std::vector<std::string> urls;
    for (const auto& x : web.rows)
      urls.push_back(x.row.url);
    std::sort(urls.begin(), urls.end());
    return urls;
  }
  // Each page that can be reached has exactly one row.
  void check_whole() const {
    const auto expected = web.reachable();
    BOOST_TEST(urls() == expected, boost::test_tools::per_element());
    BOOST_TEST(ended->output_error == "");
    BOOST_TEST(!ended->interrupted);
    BOOST_TEST(ended->counts.pages == expected.size());
    BOOST_TEST(ended->counts.in_flight == 0u);
    BOOST_TEST(ended->counts.robots_unreachable == 0u);
    BOOST_TEST(ended->counts.queued == 0u);
    BOOST_TEST(ended->counts.dropped == 0u);
    for (const auto& x : web.rows)
      BOOST_TEST((x.row.error != fault::worker_lost), x.row.url);
    for (const auto& [url, times] : web.requested)
      BOOST_TEST(url.find("/private/") == std::string::npos, url << " is forbidden");
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(far_crawls)

BOOST_AUTO_TEST_CASE(two_teams_give_what_one_process_gives) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      world w{seed};
      w.add_team();
      w.order();
      w.add_team();
      BOOST_REQUIRE(w.finish());
      w.check_whole();
      BOOST_TEST(w.web.in_flight_most <= 2u);
      for (const auto& [origin, times] : w.web.robots_asked)
        BOOST_TEST(times == 1u, origin);
    }
  }
}

BOOST_AUTO_TEST_CASE(teams_that_are_lost_and_come_lose_and_double_nothing) {
  int lost_midway = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      world w{seed};
      w.add_team();
      w.add_team();
      w.order();
      for (std::size_t i = 0; i < 5; ++i) {
        w.turns(w.draw() % 150);
        lost_midway += w.ended ? 0 : 1;
        w.lose_team(i);
        w.add_team();
      }
      BOOST_REQUIRE(w.finish());
      w.check_whole();
    }
  }
  BOOST_TEST(lost_midway > 200);
}

BOOST_AUTO_TEST_CASE(workers_that_die_at_a_node_are_replaced_there) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      world w{seed};
      std::map<std::string, int> deaths;
      const auto die_once = [&](const std::string& url) {
        if (w.draw() % 10 == 0 && deaths[url]++ == 0)
          throw std::runtime_error("planted");
      };
      w.web.before_fetch = die_once;
      w.web.before_read = die_once;
      w.add_team();
      w.order();
      BOOST_REQUIRE(w.finish());
      BOOST_TEST(!deaths.empty());
      w.check_whole();
    }
  }
}

BOOST_AUTO_TEST_CASE(a_team_that_leaves_finishes_its_pages_and_gets_no_more) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      world w{seed};
      w.add_team();
      w.add_team();
      w.order();
      w.turns(20 + w.draw() % 200);
      runtime::post(w.teams[0], team_leaves{});
      for (int i = 0; i < 100'000 && !w.left[0]; ++i)
        BOOST_REQUIRE(w.turn());
      BOOST_REQUIRE(w.left[0]);
      std::map<std::string, unsigned> before = w.web.requested;
      w.lose_team(0);
      BOOST_REQUIRE(w.finish());
      w.check_whole();
      // What it had was answered by it: nothing had to be fetched once more but for a fault.
      BOOST_TEST(w.ended->counts.retried <= [&] {
        unsigned again = 0;
        for (const auto& [url, times] : w.web.requested)
          again += times - 1;
        return again;
      }());
      BOOST_TEST(w.web.in_flight_most <= 2u);
    }
  }
}

BOOST_AUTO_TEST_CASE(without_a_node_it_says_so_and_waits) {
  world w{1};
  w.order();
  for (int i = 0; i < 100; ++i)
    w.turn();
  BOOST_TEST(!w.ended.has_value());
  BOOST_REQUIRE(w.said.size() == 1u);
  BOOST_TEST(w.said[0].find("no node crawls") != std::string::npos, w.said[0]);
  w.add_team();
  BOOST_REQUIRE(w.finish());
  BOOST_TEST(w.said.size() == 2u);
  w.check_whole();
}

BOOST_AUTO_TEST_CASE(a_crawl_ends_everywhere_with_its_customer) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      world w{seed};
      w.add_team();
      w.order();
      w.turns(w.draw() % 200);
      if (w.ended)
        continue;
      runtime::stop(w.customer);
      w.actors.run();
      while (w.web.answer_one())
        w.actors.run();
      const auto requested = w.web.requested;
      w.ended.reset();
      w.turns(200);
      BOOST_TEST((w.web.requested == requested));
      // And there is room for the next one.
      w.web.rows.clear();
      w.ended.reset();
      w.order();
      BOOST_REQUIRE(w.finish());
      BOOST_TEST(w.urls() == w.web.reachable(), boost::test_tools::per_element());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_stop_ends_it_with_what_is_in_flight) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      world w{seed};
      w.add_team();
      w.order();
      w.turns(30 + w.draw() % 100);
      if (w.ended)
        continue;
      runtime::post(w.customer, stop_crawl{});
      BOOST_REQUIRE(w.finish());
      BOOST_TEST(w.ended->interrupted);
      BOOST_TEST(w.web.rows.size() < w.web.reachable().size());
    }
  }
}

BOOST_AUTO_TEST_CASE(when_the_coordinator_is_lost_it_says_how_much_is_written) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      world w{seed};
      w.add_team();
      w.order();
      w.turns(30 + w.draw() % 200);
      if (w.ended)
        continue;
      runtime::stop(w.head);
      runtime::post(w.customer, head_lost{"connection reset"});
      BOOST_REQUIRE(w.finish());
      if (!w.ended->output_error.empty()) // it had not ended already
        BOOST_TEST(w.ended->output_error.find("; " + std::to_string(w.web.rows.size()) + " page")
                       != std::string::npos,
                   w.ended->output_error);
    }
  }
}

namespace {

// A folder with what crawls finish, and one coordinator after the other that uses it.
struct lasting_world : world {
  explicit lasting_world(std::uint64_t seed) : world(seed) {
    std::string pattern = (std::filesystem::temp_directory_path() / "troupe-kept-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    lose_head();
    next_head();
  }
  ~lasting_world() {
    runtime::stop(keeper);
    keeper = nullptr;
    actors.run();
    std::filesystem::remove_all(folder);
  }
  // As when its process is killed: nothing that is under way comes to anything.
  void lose_head() {
    runtime::stop(head);
    runtime::stop(keeper);
    for (const auto& t : teams)
      runtime::stop(t);
    teams.clear();
    head = nullptr, keeper = nullptr;
    actors.run();
  }
  void next_head(std::uint64_t build = 7) {
    keeper = runtime::spawn<crawl::keeper>(actors.system(),
                                           std::make_shared<io::crawl_state>(folder, build));
    head = runtime::spawn<crawl::head>(actors.system(), head_limits{}, crew_limits{}, keeper);
    add_team();
  }
  std::string folder;
  keeper_actor keeper;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_coordinator_that_keeps_what_is_finished_is_followed_by_one_that_goes_on) {
  std::size_t losses = 0, written = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      lasting_world w{seed};
      w.order();
      for (int i = 0; i < 6 && !w.ended; ++i) {
        w.turns(20 + w.draw() % 150);
        if (w.ended)
          break;
        w.lose_head();
        ++losses;
        written += w.web.rows.size();
        runtime::post(w.customer, head_lost{"connection reset"});
        if (w.draw() % 2 == 0)
          w.actors.run(); // and the clock stands still: it is waited for no longer than a minute
        w.next_head();
        runtime::post(w.customer, use_head{w.head});
      }
      BOOST_REQUIRE(w.finish());
      w.check_whole();
      while (w.turn()) {
      }
      // What has ended is forgotten.
      w.lose_head();
      io::crawl_state state{w.folder, 7};
      BOOST_TEST(state.forget_used_before(std::numeric_limits<std::int64_t>::max()) == 0u);
    }
  }
  BOOST_TEST(losses > 100u);
  BOOST_TEST(written > 500u); // so most were lost in the middle
}

BOOST_AUTO_TEST_CASE(a_coordinator_that_cannot_go_on_says_so) {
  lasting_world w{3};
  w.order();
  while (w.web.rows.size() < 10)
    w.turn();
  w.lose_head();
  runtime::post(w.customer, head_lost{"connection reset"});
  w.next_head(8); // of another build, which cannot read it
  runtime::post(w.customer, use_head{w.head});
  BOOST_REQUIRE(w.finish());
  const auto end = "; " + std::to_string(w.web.rows.size())
                   + " pages are written; the one that is there refuses: nothing is kept of that "
                     "crawl";
  BOOST_TEST(w.ended->output_error.ends_with(end), w.ended->output_error);
}

BOOST_AUTO_TEST_CASE(a_coordinator_that_does_not_come_back_is_waited_for_a_minute) {
  lasting_world w{3};
  w.order();
  while (w.web.rows.size() < 10)
    w.turn();
  w.lose_head();
  runtime::post(w.customer, head_lost{"connection reset"});
  BOOST_REQUIRE(w.finish());
  const auto end = "); " + std::to_string(w.web.rows.size()) + " pages are written";
  BOOST_TEST(w.ended->output_error.ends_with(end), w.ended->output_error);
  BOOST_TEST(w.said.size() >= 1u);
}

BOOST_AUTO_TEST_CASE(an_order_that_came_to_a_coordinator_that_was_lost_goes_to_the_next) {
  world w{1};
  runtime::stop(w.head);
  w.actors.run();
  w.order();
  w.actors.run();
  w.head = runtime::spawn<crawl::head>(w.actors.system(), head_limits{}, crew_limits{});
  w.add_team();
  runtime::post(w.customer, head_lost{"connection reset"});
  runtime::post(w.customer, use_head{w.head});
  BOOST_REQUIRE(w.finish());
  w.check_whole();
}

BOOST_AUTO_TEST_CASE(seeds_that_fill_no_message_come_in_several) {
  world w{1};
  auto p = w.plan();
  p.bounds.url_bytes_max = 64u << 10;
  for (int i = 0; i < 10; ++i) // forbidden, and so never requested
    p.seeds.push_back(url::from_normalized("http://h0.test/private/" + std::to_string(i)
                                           + std::string(60'000, 'x')));
  w.add_team();
  w.order(p);
  BOOST_REQUIRE(w.finish());
  BOOST_TEST(w.ended->counts.robots_denied >= 10u);
  BOOST_TEST(w.urls() == w.web.reachable(), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_an_order_is_said) {
  const auto refusal = [](head_limits bounds, auto spoil) {
    world w{1, bounds};
    auto p = w.plan();
    spoil(p);
    w.order(p);
    BOOST_REQUIRE(w.finish());
    return w.ended->output_error;
  };
  const auto has = [](const std::string& text, const char* words) {
    BOOST_TEST(text.find(words) != std::string::npos, text);
  };
  head_limits none;
  none.crawls_max = 0;
  has(refusal(none, [](crawl_plan&) {}), "takes no more at a time");
  head_limits small;
  small.seeds_bytes_max = 10;
  has(refusal(small, [](crawl_plan&) {}), "seeds of more than 10 bytes");
  has(refusal({}, [](crawl_plan& p) { p.seeds.clear(); }), "an order needs a seed");
  has(refusal({}, [](crawl_plan& p) { p.seeds = {url{}}; }), "a seed is no URL");
  has(refusal({}, [](crawl_plan& p) { p.bounds.per_host = 0; }), "per_host is 0");
}

BOOST_AUTO_TEST_CASE(handles_of_nobody_do_no_harm) {
  world w{1};
  w.add_team();
  w.order();
  runtime::post(w.head, team_offered{});
  runtime::post(w.head, crawl_ordered{w.plan(), {}, false, {}, {}});
  runtime::post(w.head, seeds_ordered{77, {}, false});
  BOOST_REQUIRE(w.finish());
  w.check_whole();
}

BOOST_AUTO_TEST_SUITE_END()
