// SPDX-License-Identifier: BSD-3-Clause
// Who is there, over a simulated network: whatever happens to processes and cables, in the end all
// that are well have joined, once each, and do their work.

#include <boost/test/unit_test.hpp>

#include "domain/cluster/hello.hpp"
#include "tests/cluster/world.hpp"

using namespace troupe;

namespace {

struct counts {
  int started = 0, stopped = 0, works = 0, doubled = 0;
};

struct counted_work final : test::node_work {
  explicit counted_work(counts& of) : all(of) {}
  ~counted_work() override { stop(); }
  void start(caf::actor_system&, const cluster::heads&) override {
    ++all.started;
    all.doubled += working ? 1 : 0;
    all.works += working ? 0 : 1;
    working = true;
  }
  void stop() override {
    ++all.stopped;
    all.works -= working ? 1 : 0;
    working = false;
  }
  void drain(std::function<void()> done) override { done(); }
  counts& all;
  bool working = false;
};

struct no_head final : test::head_work {
  cluster::heads start(caf::actor_system&) override { return {}; }
};

} // namespace

BOOST_AUTO_TEST_SUITE(memberships)

BOOST_AUTO_TEST_CASE(whoever_is_well_has_joined_in_the_end) {
  std::size_t blows = 0, connections = 0;
  for (std::uint64_t seed = 1; seed <= test::seeds(150); ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      counts all;
      int found = 0, lost = 0;
      {
        test::cluster_world w{seed, [] { return std::make_unique<no_head>(); },
                              [&all] { return std::make_unique<counted_work>(all); },
                              cluster::primes};
        w.start_head();
        for (std::size_t i = 0; i < 3; ++i)
          w.start_node(i);
        cluster::follower_ports client;
        client.found = [&found](const cluster::heads&) { ++found; };
        client.lost = [&lost](const std::string&) { ++lost; };
        w.start_client(client);
        const auto all_up = [&w] { return w.is_up(0) && w.is_up(1) && w.is_up(2); };
        BOOST_REQUIRE(w.net.run_until([&] { return all_up() && found == 1; }));
        for (int i = 0; i < 12; ++i) {
          w.turns(w.net.draw(200));
          w.blow(true);
        }
        w.heal();
        const auto before = found;
        BOOST_TEST(w.net.run_until([&] { return all_up() && found >= before && all.works >= 3; }));
        w.turns(2'000); // and it stays so
        BOOST_TEST(all_up());
        BOOST_TEST(all.doubled == 0);
        blows += w.blows();
        connections += w.net.connections();
      }
      BOOST_TEST(all.works == 0);
    }
  }
  BOOST_TEST_MESSAGE(blows << " blows, " << connections << " connections");
  BOOST_TEST(connections > 1'000u);
}

BOOST_AUTO_TEST_CASE(a_node_that_drains_is_not_taken_for_lost) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      counts all;
      test::cluster_world w{seed, [] { return std::make_unique<no_head>(); },
                            [&all] { return std::make_unique<counted_work>(all); },
                            cluster::primes};
      w.start_head();
      w.start_node(0);
      BOOST_REQUIRE(w.net.run_until([&] { return w.is_up(0) && all.works == 1; }));
      w.drain_node(0);
      w.turns(2'000);
      BOOST_TEST(!w.is_up(0));
      BOOST_TEST(all.works == 0);
      BOOST_TEST(all.started == 1);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
