// SPDX-License-Identifier: BSD-3-Clause
// A ledger over a simulated network: whatever happens to nodes and cables, whole reads add up, what
// was acknowledged is there once, and what was not is there once or never.

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "actors/bank/bank_head.hpp"
#include "actors/bank/bank_relay.hpp"
#include "actors/bank/warden.hpp"
#include "domain/cluster/hello.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"
#include "tests/cluster/world.hpp"
#include "tests/support/shared_disk.hpp"

using namespace troupe;
using namespace troupe::bank;

namespace {

constexpr std::uint32_t partitions = 4;
constexpr account_id accounts = 8;
constexpr amount each = 100; // paid in at the beginning

struct files {
  std::vector<test::shared_disk> disks{partitions};
  std::uint64_t instances = 0, cuts = 0;
};

struct ledger_head final : test::head_work {
  explicit ledger_head(files& on) : all(on) {}
  ~ledger_head() override { runtime::stop(head); }
  cluster::heads start(caf::actor_system& here) override {
    bank_head_ports ports{[&on = all] { return ++on.cuts; }, [](const std::string&) {}};
    head = runtime::spawn<bank_head>(here, std::move(ports), bank_far_limits{}, router_limits{});
    cluster::heads whom;
    whom.bank = head;
    return whom;
  }
  files& all;
  bank_head_actor head;
};

struct ledger_work final : test::node_work {
  explicit ledger_work(files& on) : all(on) {}
  ~ledger_work() override { stop(); }
  void start(caf::actor_system& here, const cluster::heads& whom) override {
    warden_ports ports;
    ports.node = "node";
    ports.ledger = 77;
    ports.partitions = partitions;
    for (std::uint32_t n = 0; n < partitions; ++n)
      ports.numbers.push_back(n);
    ports.open = [&on = all](std::uint32_t n,
                             std::int64_t above) -> tl::expected<opened_partition, std::string> {
      auto& disk = on.disks[n];
      if (disk.epoch < above)
        return tl::unexpected(std::string{"is older than what another node had: a copy?"});
      opened_partition opened;
      opened.ports.store = std::make_shared<test::fenced_store>(disk);
      opened.epoch = disk.epoch;
      opened.ports.books = std::make_shared<bank::ledger>(partition{n, partitions});
      opened.ports.store->load(*opened.ports.books);
      opened.ports.now_ms = [] { return std::int64_t{1'000}; };
      opened.ports.instance = ++on.instances;
      return opened;
    };
    ports.own_threads = false;
    warden = runtime::spawn<bank::warden>(here, whom.bank, ports, bank_far_limits{});
  }
  void stop() override {
    runtime::stop(warden);
    warden = nullptr;
  }
  void drain(std::function<void()> done) override {
    runtime::post(warden, warden_drain{std::make_shared<std::function<void()>>(std::move(done))});
  }
  files& all;
  warden_actor warden;
};

template <class Answer>
using place_of = std::shared_ptr<std::optional<Answer>>;

struct ledger_world : files, test::cluster_world {
  explicit ledger_world(std::uint64_t seed)
      : cluster_world(
          seed, [this] { return std::make_unique<ledger_head>(*this); },
          [this] { return std::make_unique<ledger_work>(*this); }, cluster::bank) {
    start_head();
    for (std::size_t i = 0; i < 3; ++i)
      start_node(i);
    cluster::follower_ports client;
    client.found = [this](const cluster::heads& whom) {
      runtime::post(relay, use_bank_head{whom.bank});
    };
    client.lost = [this](const std::string&) { runtime::post(relay, bank_head_lost{}); };
    const auto at = start_client(client);
    relay = runtime::spawn<bank_relay>(net.system(at), far_limits{});
  }
  ~ledger_world() {
    stop_followers();
    net.run();
    runtime::stop(relay);
    relay = nullptr;
  }

  template <class Call, class Answer, class Question>
  place_of<Answer> ask(Question question) {
    auto at = std::make_shared<std::optional<Answer>>();
    runtime::post(relay, Call{std::move(question), std::make_shared<std::function<void(Answer)>>(
                                                       [at](Answer a) { *at = std::move(a); })});
    return at;
  }
  place_of<batch_receipts> post(operation op) {
    return ask<batch_call, batch_receipts>(post_batch{{std::move(op)}});
  }
  /// Posts it until it has an answer that is for good.
  receipt insist(const operation& op) {
    for (int i = 0; i < 100; ++i) {
      const auto at = post(op);
      BOOST_REQUIRE(net.run_until([&] { return at->has_value(); }));
      const auto& r = (*at)->receipts.at(0);
      if (r.error != fault::unreachable && r.error != fault::store_failed)
        return r;
    }
    BOOST_FAIL("no answer after a hundred attempts");
    return {};
  }
  void fill() {
    for (account_id a = 1; a <= accounts; ++a) {
      BOOST_TEST(
          (insist(
               {.id = {1, a}, .kind = operation_kind::open, .to = a, .unit = parse_currency("EUR")})
               .error
           == fault::none));
      BOOST_TEST(
          (insist({.id = {2, a}, .kind = operation_kind::deposit, .to = a, .value = each}).error
           == fault::none));
    }
  }
  whole_state whole() {
    for (int i = 0; i < 100; ++i) {
      const auto at = ask<whole_call, whole_report>(whole_wanted{});
      BOOST_REQUIRE(net.run_until([&] { return at->has_value(); }));
      if ((*at)->state.error == whole_fault::none)
        return (*at)->state;
    }
    BOOST_FAIL("no whole read after a hundred attempts");
    return {};
  }

  bank_relay_actor relay;
};

amount of_clients(const whole_state& w) {
  const auto sums = sum_of_clients(w.accounts);
  return sums.empty() ? 0 : sums.begin()->second;
}

} // namespace

BOOST_AUTO_TEST_SUITE(ledgers_over_a_network)

BOOST_AUTO_TEST_CASE(whatever_happens_the_money_is_all_there) {
  std::size_t reads = 0, acknowledged = 0, open = 0;
  for (std::uint64_t seed = 1; seed <= test::seeds(40); ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      ledger_world w{seed};
      w.fill();
      std::map<std::uint64_t, std::pair<operation, place_of<batch_receipts>>> sent; // by id
      std::vector<place_of<whole_report>> wholes;
      for (std::uint64_t i = 1; i <= 30; ++i) {
        operation op{.id = {5, i},
                     .kind = operation_kind::transfer,
                     .from = 1 + w.net.draw(accounts),
                     .to = 1 + w.net.draw(accounts),
                     .value = static_cast<amount>(1 + w.net.draw(60))};
        if (op.from == op.to)
          op.to = 1 + op.to % accounts;
        sent[i] = {op, w.post(op)};
        if (w.net.draw(4) == 0)
          wholes.push_back(w.ask<whole_call, whole_report>(whole_wanted{}));
        w.turns(w.net.draw(200));
        if (i % 3 == 0)
          w.blow(true);
      }
      w.heal();
      const auto whole_come = [&] {
        return std::all_of(wholes.begin(), wholes.end(),
                           [](const auto& x) { return x->has_value(); });
      };
      BOOST_REQUIRE(w.net.run_until(whole_come));
      for (const auto& at : wholes)
        if ((*at)->state.error == whole_fault::none) {
          ++reads;
          BOOST_TEST(adds_up((*at)->state.accounts));
          BOOST_TEST(of_clients((*at)->state) == each * static_cast<amount>(accounts));
        }
      // Sent again, each has one answer, and it is the one that was given before.
      std::map<account_id, amount> balances;
      for (account_id a = 1; a <= accounts; ++a)
        balances[a] = each;
      for (auto& [id, x] : sent) {
        const auto again = w.insist(x.first);
        if (x.second->has_value()) {
          const auto& first = (*x.second)->receipts.at(0);
          if (first.error == fault::none || first.error == fault::insufficient_funds) {
            ++acknowledged;
            BOOST_TEST((again.error == first.error));
            BOOST_TEST(again.from_balance == first.from_balance);
          } else {
            ++open;
          }
        }
        if (again.error == fault::none) {
          balances[x.first.from] -= x.first.value;
          balances[x.first.to] += x.first.value;
        }
      }
      const auto end = w.whole();
      BOOST_TEST(adds_up(end.accounts));
      for (account_id a = 1; a <= accounts; ++a) {
        const auto found = std::find_if(end.accounts.begin(), end.accounts.end(),
                                        [a](const auto& x) { return x.id == a; });
        BOOST_REQUIRE((found != end.accounts.end()));
        BOOST_TEST(found->balance == balances[a], "account " << a);
        BOOST_TEST(found->balance >= 0);
      }
    }
  }
  BOOST_TEST_MESSAGE(reads << " whole reads, " << acknowledged << " acknowledged, " << open
                           << " not known at first");
  BOOST_TEST(reads > 20u);
  BOOST_TEST(acknowledged > 100u);
  BOOST_TEST(open > 10u);
}

BOOST_AUTO_TEST_SUITE_END()
