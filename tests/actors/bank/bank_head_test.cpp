// SPDX-License-Identifier: BSD-3-Clause
// A bank over nodes, in one system and step by step: who has which partition, moves, losses, and
// whole reads meanwhile.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "actors/bank/bank_head.hpp"
#include "actors/bank/bank_relay.hpp"
#include "actors/bank/warden.hpp"
#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"
#include "runtime/test_system.hpp"
#include "tests/support/shared_disk.hpp"

using namespace troupe;
using namespace troupe::bank;

namespace {

using test::fenced_store;
using test::shared_disk;

operation open_account(account_id a) {
  return {.kind = operation_kind::open, .to = a, .unit = parse_currency("EUR")};
}
operation pay_in(account_id a, amount value) {
  return {.kind = operation_kind::deposit, .to = a, .value = value};
}
operation transfer(account_id from, account_id to, amount value) {
  return {.kind = operation_kind::transfer, .from = from, .to = to, .value = value};
}

template <class Answer>
using place_of = std::shared_ptr<std::optional<Answer>>;

struct cluster_bank {
  static constexpr std::uint32_t count = 4;
  std::vector<shared_disk> disks{count};
  std::uint64_t instances = 0, last_id = 0, cuts = 0;
  std::vector<std::string> lines;
  runtime::test_system<caf::id_block::troupe> actors;
  bank_far_limits bounds;
  bank_head_actor head;
  std::map<std::string, warden_actor> wardens;
  bank_relay_actor relay;

  explicit cluster_bank(std::uint64_t seed = 0) : actors(seed) {
    bank_head_ports ports{[this] { return ++cuts; },
                          [this](const std::string& line) { lines.push_back(line); }};
    head = runtime::spawn<bank_head>(actors.system(), std::move(ports), bounds, router_limits{});
    relay = runtime::spawn<bank_relay>(actors.system(), far_limits{});
    runtime::post(relay, use_bank_head{head});
    actors.run();
  }
  ~cluster_bank() {
    runtime::stop(relay);
    for (const auto& [name, w] : wardens)
      runtime::stop(w);
    runtime::stop(head);
    relay = nullptr;
    wardens.clear();
    head = nullptr;
    actors.run();
  }

  warden_ports ports_of(const std::string& name, std::vector<std::uint32_t> numbers,
                        std::uint64_t ledger) {
    warden_ports ports;
    ports.node = name;
    ports.ledger = ledger;
    ports.partitions = count;
    ports.numbers = std::move(numbers);
    ports.open = [this](std::uint32_t n,
                        std::int64_t above) -> tl::expected<opened_partition, std::string> {
      if (disks[n].locked)
        return tl::unexpected(std::string{"locked by another process"});
      if (disks[n].epoch < above)
        return tl::unexpected(std::string{"is older than what another node had: a copy?"});
      opened_partition opened;
      opened.ports.store = std::make_shared<fenced_store>(disks[n]);
      opened.epoch = disks[n].epoch;
      opened.ports.books = std::make_shared<bank::ledger>(partition{n, count});
      opened.ports.store->load(*opened.ports.books);
      opened.ports.now_ms = [] { return std::int64_t{1'000}; };
      opened.ports.instance = ++instances;
      return opened;
    };
    ports.say = [this](const std::string& line) { lines.push_back(line); };
    ports.own_threads = false;
    return ports;
  }
  void join(const std::string& name, std::vector<std::uint32_t> numbers = {0, 1, 2, 3},
            std::uint64_t ledger = 77) {
    wardens[name] = runtime::spawn<warden>(actors.system(), head,
                                           ports_of(name, std::move(numbers), ledger), bounds);
    actors.run();
  }
  void kill(const std::string& name) {
    runtime::stop(wardens.at(name));
    wardens.erase(name);
    actors.run();
  }

  template <class Call, class Answer, class Question>
  place_of<Answer> ask(Question question) {
    auto at = std::make_shared<std::optional<Answer>>();
    runtime::post(relay, Call{std::move(question), std::make_shared<std::function<void(Answer)>>(
                                                       [at](Answer a) { *at = std::move(a); })});
    return at;
  }
  /// Returns: the receipts once they have come; the clock runs until then.
  std::vector<receipt> post(std::vector<operation> ops) {
    for (operation& op : ops)
      if (!op.id)
        op.id = {3, ++last_id};
    const auto at = ask<batch_call, batch_receipts>(post_batch{std::move(ops)});
    BOOST_TEST(actors.run_until([&] { return at->has_value(); }));
    return (*at)->receipts;
  }
  fault post_one(operation op) { return post({op}).at(0).error; }
  std::vector<std::string> places() {
    const auto at = ask<places_call, bank_known>(bank_wanted{});
    BOOST_TEST(actors.run_until([&] { return at->has_value(); }));
    std::vector<std::string> names;
    for (const auto& p : (*at)->places)
      names.push_back(p.node);
    return names;
  }
  whole_state whole() {
    const auto at = ask<whole_call, whole_report>(whole_wanted{});
    BOOST_TEST(actors.run_until([&] { return at->has_value(); }));
    return (*at)->state;
  }
  std::size_t count_of(const std::string& name) {
    const auto all = places();
    return static_cast<std::size_t>(std::count(all.begin(), all.end(), name));
  }
  void fill() {
    for (account_id a = 1; a <= 8; ++a) {
      BOOST_TEST((post_one(open_account(a)) == fault::none));
      BOOST_TEST((post_one(pay_in(a, 100)) == fault::none));
    }
  }
  bool told(const std::string& words) const {
    return std::any_of(lines.begin(), lines.end(),
                       [&](const auto& l) { return l.find(words) != l.npos; });
  }
};

amount clients(const whole_state& w) {
  const auto sums = sum_of_clients(w.accounts);
  return sums.empty() ? 0 : sums.begin()->second;
}

} // namespace

BOOST_AUTO_TEST_SUITE(bank_heads)

BOOST_AUTO_TEST_CASE(before_any_node_questions_wait_and_then_are_unreachable) {
  cluster_bank c;
  BOOST_TEST((c.post_one(pay_in(1, 1)) == fault::unreachable));
  BOOST_TEST((c.whole().error == whole_fault::unreachable));
  BOOST_TEST(c.places().empty());
}

BOOST_AUTO_TEST_CASE(partitions_are_shared_out_and_money_moves_between_nodes) {
  cluster_bank c;
  c.join("anna");
  c.join("bert");
  BOOST_TEST(c.count_of("anna") == 2u);
  BOOST_TEST(c.count_of("bert") == 2u);
  c.fill();
  const auto r = c.post({transfer(1, 2, 30)}).at(0);
  BOOST_TEST((r.error == fault::none));
  BOOST_TEST(r.from_balance == 70);
  BOOST_TEST(r.to_balance == 130);
  const auto w = c.whole();
  BOOST_TEST((w.error == whole_fault::none), w.why);
  BOOST_TEST(adds_up(w.accounts));
  BOOST_TEST(clients(w) == 800);
}

BOOST_AUTO_TEST_CASE(what_a_lost_node_had_goes_on_elsewhere) {
  cluster_bank c;
  c.join("anna");
  c.join("bert");
  c.fill();
  c.kill("anna");
  BOOST_TEST(c.actors.run_until([&] { return c.count_of("bert") == 4; }));
  BOOST_TEST(c.post({transfer(1, 2, 30), transfer(3, 4, 5)}).at(1).from_balance == 95);
  BOOST_TEST(clients(c.whole()) == 800);
  c.join("anna"); // and it gets work again
  BOOST_TEST(c.actors.run_until([&] { return c.count_of("anna") == 2; }));
  BOOST_TEST(c.post({transfer(5, 6, 5)}).at(0).to_balance == 105);
}

BOOST_AUTO_TEST_CASE(a_transfer_under_way_is_finished_wherever_its_ends_are_by_then) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    cluster_bank c{seed};
    c.join("anna");
    c.join("bert");
    c.fill();
    const operation sent{
        .id = {9, seed}, .kind = operation_kind::transfer, .from = 1, .to = 2, .value = 30};
    const auto at = c.ask<batch_call, batch_receipts>(post_batch{{sent}});
    for (auto steps = seed; steps > 0 && c.actors.step(); --steps) {
    }
    c.kill("anna");
    // Answered or not: asked again it has one answer, and is done once.
    BOOST_TEST(c.actors.run_until([&] { return at->has_value(); }));
    receipt r;
    for (int i = 0; i < 20 && (i == 0 || r.error != fault::none); ++i)
      r = c.post({sent}).at(0);
    BOOST_TEST((r.error == fault::none), "seed " << seed);
    BOOST_TEST(r.from_balance == 70);
    BOOST_TEST(r.to_balance == 130);
    const auto w = c.whole();
    BOOST_TEST(adds_up(w.accounts));
    BOOST_TEST(clients(w) == 800);
  }
}

/// The node is stopped, taken for dead, and wakes up: it is still there, and so is its ledger.
BOOST_AUTO_TEST_CASE(a_ledger_that_was_taken_over_can_commit_nothing_more) {
  cluster_bank c;
  c.join("anna");
  c.fill();
  // As if bert had taken partition 1, and the head had not heard: the epoch alone decides.
  fenced_store taken{c.disks[1]};
  const auto before = c.disks[1].disk.synced.records.size();
  BOOST_TEST((c.post_one(pay_in(1, 5)) == fault::store_failed));
  BOOST_TEST(c.disks[1].disk.synced.records.size() == before);
  BOOST_TEST(c.told("has stopped"));
  // It is taken anew, and goes on.
  receipt r;
  for (int i = 0; i < 20 && (i == 0 || r.error != fault::none); ++i)
    r = c.post({pay_in(1, 5)}).at(0);
  BOOST_TEST(r.to_balance == 105);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_locked_is_no_place_now_and_tried_again) {
  cluster_bank c;
  c.disks[2].locked = true;
  c.join("anna");
  BOOST_TEST(c.count_of("anna") == 3u);
  BOOST_TEST((c.post_one(open_account(2)) == fault::unreachable));
  BOOST_TEST((c.whole().error == whole_fault::unreachable));
  c.disks[2].locked = false;
  BOOST_TEST(c.actors.run_until([&] { return c.count_of("anna") == 4; }));
  BOOST_TEST((c.post_one(open_account(2)) == fault::none));
}

BOOST_AUTO_TEST_CASE(another_ledger_is_not_let_in_and_an_older_file_is_not_taken) {
  cluster_bank c;
  c.join("anna");
  c.join("bert", {0, 1, 2, 3}, 78);
  BOOST_TEST(c.count_of("anna") == 4u);
  BOOST_TEST(c.told("another ledger"));
  c.fill();
  for (auto& d : c.disks) // a copy of before
    d.epoch = 0;
  c.kill("anna");
  c.join("carl");
  BOOST_TEST(c.count_of("carl") == 0u);
  BOOST_TEST(c.told("a copy?"));
}

BOOST_AUTO_TEST_CASE(a_node_that_leaves_hands_all_over_first) {
  cluster_bank c;
  c.join("anna");
  c.join("bert");
  c.fill();
  auto gone = std::make_shared<bool>(false);
  runtime::post(c.wardens.at("anna"),
                warden_drain{std::make_shared<std::function<void()>>([gone] { *gone = true; })});
  BOOST_TEST(c.actors.run_until([&] { return *gone; }));
  c.actors.run(); // bert opens the last of them
  BOOST_TEST(c.count_of("bert") == 4u);
  c.kill("anna");
  BOOST_TEST(clients(c.whole()) == 800);
  BOOST_TEST((c.post_one(pay_in(1, 5)) == fault::none));
}

BOOST_AUTO_TEST_CASE(whole_reads_beside_moves_and_transfers_add_up) {
  std::size_t reads = 0, crossings = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    std::mt19937_64 draw{seed};
    cluster_bank c{seed};
    c.join("anna");
    c.join("bert");
    c.fill();
    std::vector<place_of<whole_report>> answers;
    for (int turn = 0; turn < 120; ++turn) {
      const auto from = 1 + draw() % 8, to = 1 + draw() % 8;
      c.ask<batch_call, batch_receipts>(post_batch{{{.id = {5, draw()},
                                                     .kind = operation_kind::transfer,
                                                     .from = from,
                                                     .to = to,
                                                     .value = static_cast<amount>(draw() % 20)}}});
      if (draw() % 10 == 0)
        answers.push_back(c.ask<whole_call, whole_report>(whole_wanted{}));
      for (auto steps = draw() % 12; steps > 0 && c.actors.step(); --steps) {
      }
      if (draw() % 40 == 0)
        c.wardens.contains("bert") ? c.kill("bert") : c.join("bert");
      if (draw() % 10 == 0 && c.actors.has_timer())
        c.actors.next_timer();
    }
    BOOST_TEST(c.actors.run_until([&] {
      return std::all_of(answers.begin(), answers.end(),
                         [](const auto& a) { return a->has_value(); });
    }));
    for (const auto& a : answers) {
      const auto& w = (*a)->state;
      if (w.error != whole_fault::none)
        continue;
      ++reads;
      crossings += !w.on_the_way.empty();
      BOOST_TEST(adds_up(w.accounts), "seed " << seed);
      BOOST_TEST(clients(w) == 800, "seed " << seed);
    }
  }
  BOOST_TEST_MESSAGE(reads << " whole reads, " << crossings << " with money on its way");
  BOOST_TEST(reads > 40u);
  BOOST_TEST(crossings > 0u);
}

BOOST_AUTO_TEST_SUITE_END()
