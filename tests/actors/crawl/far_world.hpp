// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
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

namespace troupe::test {

using namespace crawl;

/// A cluster that crawls a web without a network, in one process, every actor stepped by the test
/// in orders drawn from a seed.
struct world {
  runtime::test_system<caf::id_block::troupe> actors;
  test::fake_web web;
  std::mt19937_64 draw;
  crawl_head_actor head;
  std::vector<team_actor> teams;
  std::map<std::size_t, bool> left;
  std::vector<std::string> said;
  std::string waits; // for what, as last told
  far_http http_at_nodes;
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

  static crew_limits small_crew() {
    crew_limits crew;
    crew.parsers = 1;
    return crew;
  }
  std::size_t add_team() { return add_team(small_crew(), head); }
  std::size_t add_team(const crew_limits& crew, const crawl_head_actor& at) {
    const auto number = teams.size();
    team_ports ports;
    ports.make_ports = [this](const crawl_plan&, const far_http& http) {
      http_at_nodes = http;
      return web.ports();
    };
    ports.left = [this, number] { left[number] = true; };
    teams.push_back(runtime::spawn<team>(actors.system(), at, ports, crew));
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
    make_customer(std::move(p));
    runtime::post(customer, use_head{head});
  }
  // It knows of no coordinator yet.
  void make_customer(crawl_plan p, far_http http = {}, caf::timespan idle_max = {}) {
    customer_ports ports;
    ports.outside = web.ports();
    ports.say = [this](const std::string& line) { said.push_back(line); };
    ports.ended = [this](crawl_summary s) { ended = std::move(s); };
    ports.draw_key = [this] { return std::to_string(++keys); };
    ports.find_max = ports.idle_max = idle_max;
    ports.waits = [this](const std::string& why) { waits = why; };
    customer = runtime::spawn<crawl::customer>(actors.system(), std::move(p), std::move(http),
                                               ports, crew_limits{});
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
  // Lets all happen that can without the clock.
  void settle() {
    while (actors.step() || web.answer_one()) {
    }
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

/// The same with a folder for what crawls finish, and one coordinator after the other that uses it.
struct lasting_world : world {
  explicit lasting_world(std::uint64_t seed, std::function<std::int64_t()> clock = io::now_unix_ms)
      : world(seed), wall(std::move(clock)) {
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
                                           std::make_shared<io::crawl_state>(folder, build, wall),
                                           keeper_limits{}, wall);
    head = runtime::spawn<crawl::head>(actors.system(), head_limits{}, crew_limits{}, keeper);
    add_team();
  }
  std::function<std::int64_t()> wall; // the clock on it
  std::string folder;
  keeper_actor keeper;
};

} // namespace troupe::test
