// SPDX-License-Identifier: BSD-3-Clause
// Primes over a simulated network: each question is answered once, and right, whatever happens to
// nodes, cables and coordinators.

#include <algorithm>
#include <map>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "actors/primes/crew.hpp"
#include "actors/primes/relay.hpp"
#include "domain/cluster/hello.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"
#include "tests/cluster/world.hpp"

using namespace troupe;

namespace {

struct prime_head final : test::head_work {
  cluster::heads start(caf::actor_system& here) override {
    crew = std::make_unique<primes::crew>(here, 0);
    cluster::heads whom;
    whom.primes = crew->dispatcher();
    return whom;
  }
  std::unique_ptr<primes::crew> crew;
};

struct prime_work final : test::node_work {
  void start(caf::actor_system& here, const cluster::heads& whom) override {
    crew = std::make_unique<primes::crew>(here, 2, whom.primes);
  }
  void stop() override { crew = nullptr; }
  void drain(std::function<void()> done) override { crew ? crew->drain(std::move(done)) : done(); }
  std::unique_ptr<primes::crew> crew;
};

// Asks one question, and keeps count of the answers.
class asker {
public:
  static constexpr const char* name = "asker";
  asker(primes::check_progress_actor::pointer self, primes::relay_actor whom,
        primes::number_list list, std::vector<std::vector<primes::verdict>>* to)
      : self_(self), whom_(std::move(whom)), list_(std::move(list)), to_(to) {}
  primes::check_progress_actor::behavior_type make_behavior() {
    primes::check_primes question;
    question.list = list_;
    runtime::request(self_, whom_, std::chrono::hours(1'000), question)
        .then([this](const primes::primes_checked& x) { to_->push_back(x.verdicts); },
              [this](const caf::error&) { to_->push_back({}); });
    return {[](primes::check_tick) {}};
  }

private:
  primes::check_progress_actor::pointer self_;
  primes::relay_actor whom_;
  primes::number_list list_;
  std::vector<std::vector<primes::verdict>>* to_;
};

bool is_prime(std::uint64_t n) {
  for (std::uint64_t d = 2; d * d <= n; ++d)
    if (n % d == 0)
      return false;
  return n > 1;
}

struct prime_world : test::cluster_world {
  explicit prime_world(std::uint64_t seed)
      : cluster_world(
          seed, [] { return std::make_unique<prime_head>(); },
          [] { return std::make_unique<prime_work>(); }, cluster::primes) {
    start_head();
    for (std::size_t i = 0; i < 3; ++i)
      start_node(i);
    cluster::follower_ports client;
    client.found = [this](const cluster::heads& whom) {
      runtime::post(relay, primes::use_dispatcher{whom.primes});
    };
    client.lost = [this](const std::string&) { runtime::post(relay, primes::dispatcher_lost{}); };
    client_at = start_client(client);
    relay = runtime::spawn<primes::relay>(net.system(client_at), primes::crew_limits{});
  }
  ~prime_world() {
    stop_followers();
    net.run();
    for (auto& a : askers)
      runtime::stop(a);
    askers.clear();
    runtime::stop(relay);
    relay = nullptr;
  }
  void ask(std::uint64_t from, std::size_t count) {
    primes::number_list list;
    for (std::size_t i = 0; i < count; ++i)
      list.numbers.push_back(from + i);
    askers.push_back(runtime::spawn<asker>(net.system(client_at), relay, list, &answers[from]));
  }
  bool all_answered() const {
    return std::all_of(answers.begin(), answers.end(),
                       [](const auto& a) { return !a.second.empty(); });
  }
  void check_all() const {
    for (const auto& [from, came] : answers) {
      BOOST_TEST_CONTEXT("from " << from) {
        BOOST_REQUIRE(came.size() == 1u);
        for (std::size_t i = 0; i < came[0].size(); ++i)
          BOOST_TEST(
              (came[0][i]
               == (is_prime(from + i) ? primes::verdict::prime : primes::verdict::composite)),
              from + i);
        BOOST_TEST(came[0].size() >= 100u);
      }
    }
  }

  std::size_t client_at = 0;
  primes::relay_actor relay;
  std::vector<primes::check_progress_actor> askers;
  std::map<std::uint64_t, std::vector<std::vector<primes::verdict>>> answers; // by first number
};

} // namespace

BOOST_AUTO_TEST_SUITE(primes_over_a_network)

BOOST_AUTO_TEST_CASE(each_question_is_answered_once_by_nodes_elsewhere) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      prime_world w{seed};
      for (std::uint64_t n = 1; n <= 4; ++n)
        w.ask(1'000 * n, 300);
      BOOST_REQUIRE(w.net.run_until([&] { return w.all_answered(); }));
      w.check_all();
      BOOST_TEST(w.net.pieces() > 50u);
    }
  }
}

BOOST_AUTO_TEST_CASE(whatever_happens_each_question_is_answered_once) {
  std::size_t blows = 0, early = 0;
  for (std::uint64_t seed = 1; seed <= test::seeds(100); ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      prime_world w{seed};
      for (int i = 0; i < 10; ++i) {
        w.ask(1'000 * (static_cast<std::uint64_t>(i) + 1), 100 + w.net.draw(300));
        w.turns(w.net.draw(150));
        w.blow(true);
      }
      early += w.all_answered() ? 1 : 0;
      w.heal();
      BOOST_REQUIRE(w.net.run_until([&] { return w.all_answered(); }));
      w.turns(1'000); // no second answer comes late
      w.check_all();
      blows += w.blows();
    }
  }
  BOOST_TEST(blows >= 1'000u);
  BOOST_TEST(early < 50u); // so most had something under way when the blows came
}

BOOST_AUTO_TEST_SUITE_END()
