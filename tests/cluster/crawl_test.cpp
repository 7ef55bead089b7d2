// SPDX-License-Identifier: BSD-3-Clause
// A crawl over a simulated network: each page has one row at the client, whatever happens to nodes
// and cables.

#include <algorithm>
#include <optional>

#include <boost/test/unit_test.hpp>

#include "actors/crawl/customer.hpp"
#include "actors/crawl/head.hpp"
#include "actors/crawl/team.hpp"
#include "domain/cluster/hello.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"
#include "tests/cluster/world.hpp"
#include "tests/support/fake_web.hpp"

using namespace troupe;

namespace {

struct crawl_head final : test::head_work {
  ~crawl_head() override { runtime::stop(head); }
  cluster::heads start(caf::actor_system& here) override {
    head = runtime::spawn<crawl::head>(here, crawl::head_limits{}, crawl::crew_limits{});
    cluster::heads whom;
    whom.crawls = head;
    return whom;
  }
  crawl::crawl_head_actor head;
};

struct crawl_work final : test::node_work {
  explicit crawl_work(test::fake_web& of) : web(of) {}
  ~crawl_work() override { stop(); }
  void start(caf::actor_system& here, const cluster::heads& whom) override {
    crawl::team_ports ports;
    ports.make_ports = [this](const crawl::crawl_plan&, const crawl::far_http&) {
      return web.ports();
    };
    ports.left = [this] {
      if (left)
        left();
    };
    crawl::crew_limits crew;
    crew.parsers = 1;
    team = runtime::spawn<crawl::team>(here, whom.crawls, ports, crew);
  }
  void stop() override {
    runtime::stop(team);
    team = nullptr;
  }
  void drain(std::function<void()> done) override {
    left = std::move(done);
    runtime::post(team, crawl::team_leaves{});
  }
  test::fake_web& web;
  crawl::team_actor team;
  std::function<void()> left;
};

struct web_holder {
  explicit web_holder(std::uint64_t seed) : web(seed, 3, 40) {}
  test::fake_web web;
};

struct crawl_world : web_holder, test::cluster_world {
  explicit crawl_world(std::uint64_t seed)
      : web_holder(seed),
        cluster_world(
            seed, [] { return std::make_unique<crawl_head>(); },
            [this] { return std::make_unique<crawl_work>(web); }, cluster::crawl) {
    start_head();
    for (std::size_t i = 0; i < 2; ++i)
      start_node(i);
    cluster::follower_ports client;
    client.found = [this](const cluster::heads& whom) {
      runtime::post(customer, crawl::use_head{whom.crawls});
    };
    client.lost = [this](const std::string& why) {
      runtime::post(customer, crawl::head_lost{why});
    };
    const auto at = start_client(client);
    crawl::crawl_plan p;
    p.seeds.push_back(crawl::url::from_normalized(web.url_of(0)));
    p.scope = crawl::scope_kind::any;
    p.bounds.concurrency = 3;
    p.bounds.per_host = 2;
    crawl::customer_ports ports;
    ports.outside = web.ports();
    ports.ended = [this](crawl::crawl_summary s) { ended = std::move(s); };
    ports.say = [](const std::string&) {};
    ports.draw_key = [] { return std::string{"1"}; };
    customer = runtime::spawn<crawl::customer>(net.system(at), p, crawl::far_http{}, ports,
                                               crawl::crew_limits{});
  }
  ~crawl_world() {
    stop_followers();
    runtime::stop(customer);
    customer = nullptr;
  }
  // The web answers, too.
  bool turn(caf::timespan until = caf::timespan::max()) {
    const bool stepped = net.step();
    return web.answer_one() || stepped || net.next_timer(until);
  }
  void web_turns(std::size_t n) {
    for (const auto until = net.now() + quiet_max; n > 0 && !ended; --n)
      if (!turn(until))
        return;
  }
  bool finish() {
    for (int i = 0; i < 1'000'000 && !ended; ++i)
      if (!turn())
        return false;
    return ended.has_value();
  }
  void check_whole() const {
    std::vector<std::string> urls;
    for (const auto& x : web.rows) {
      urls.push_back(x.row.url);
      BOOST_TEST((x.row.error != crawl::fault::worker_lost), x.row.url);
    }
    std::sort(urls.begin(), urls.end());
    BOOST_TEST(urls == web.reachable(), boost::test_tools::per_element());
    BOOST_TEST(ended->output_error == "");
    BOOST_TEST(!ended->interrupted);
    BOOST_TEST(ended->counts.robots_unreachable == 0u);
    BOOST_TEST(ended->counts.queued == 0u);
    BOOST_TEST(ended->counts.in_flight == 0u);
    BOOST_TEST(ended->counts.pages == urls.size());
    BOOST_TEST(ended->counts.dropped == 0u);
  }

  std::optional<crawl::crawl_summary> ended;
  crawl::customer_actor customer;
};

} // namespace

BOOST_AUTO_TEST_SUITE(crawls_over_a_network)

BOOST_AUTO_TEST_CASE(the_pages_are_those_of_one_process) {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      crawl_world w{seed};
      BOOST_REQUIRE(w.finish());
      w.check_whole();
      BOOST_TEST(w.web.in_flight_most <= 2u);
    }
  }
}

BOOST_AUTO_TEST_CASE(nodes_that_are_killed_stopped_and_cut_off_lose_and_double_nothing) {
  std::size_t blows = 0;
  for (std::uint64_t seed = 1; seed <= test::seeds(60); ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      crawl_world w{seed};
      for (int i = 0; i < 8 && !w.ended; ++i) {
        w.web_turns(w.net.draw(600));
        w.blow(false);
      }
      w.heal();
      BOOST_REQUIRE(w.finish());
      w.check_whole();
      blows += w.blows();
    }
  }
  BOOST_TEST(blows > 300u);
}

BOOST_AUTO_TEST_CASE(a_node_that_drains_leaves_its_work_to_the_other) {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      crawl_world w{seed};
      w.web_turns(w.net.draw(1'000));
      w.drain_node(0);
      BOOST_REQUIRE(w.finish());
      w.check_whole();
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
