// SPDX-License-Identifier: BSD-3-Clause
// A router before several ledgers, whatever the order in which their messages are delivered.
#include <boost/test/unit_test.hpp>

#include <memory>
#include <random>
#include <set>
#include <vector>

#include "actors/bank/ledger_keeper.hpp"
#include "actors/bank/router.hpp"
#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"
#include "runtime/test_system.hpp"
#include "tests/support/fake_disk.hpp"

using namespace troupe;
using namespace troupe::bank;

namespace {

constexpr std::uint32_t partitions = 3;

struct bank_of_three {
  std::vector<test::fake_disk> disks{partitions};
  runtime::test_system<caf::id_block::troupe> actors;
  std::vector<ledger_actor> ledgers;
  router_actor head;
  std::uint64_t last_id = 0;

  explicit bank_of_three(std::uint64_t seed) : actors(seed) {
    for (std::uint32_t i = 0; i < partitions; ++i) {
      ledger_ports ports;
      ports.store = std::make_shared<test::fake_store>(disks[i]);
      ports.books = std::make_shared<ledger>(partition{i, partitions});
      ports.now_ms = [] { return std::int64_t{1'000}; };
      ports.stopped = [](const std::string&) {};
      ledgers.push_back(runtime::spawn<ledger_keeper>(actors.system(), std::move(ports)));
    }
    head = runtime::spawn<router>(actors.system(), ledgers, router_limits{});
  }
  ~bank_of_three() {
    runtime::stop(head);
    for (const auto& l : ledgers)
      runtime::stop(l);
    head = nullptr;
    ledgers.clear();
    actors.run();
  }
  /// Returns: where the receipts will stand. Holds are {3, their place among all that was posted}.
  std::shared_ptr<std::vector<receipt>> post(std::vector<operation> ops) {
    for (operation& op : ops)
      op.id = {3, ++last_id};
    auto answer = std::make_shared<std::vector<receipt>>();
    auto done = std::make_shared<std::function<void(batch_receipts)>>(
        [answer](batch_receipts x) { *answer = std::move(x.receipts); });
    runtime::post(head, batch_call{{std::move(ops), false}, std::move(done)});
    return answer;
  }
};

operation open_account(account_id a) {
  return {.kind = operation_kind::open, .to = a, .unit = parse_currency("EUR")};
}
operation pay_in(account_id a, amount value) {
  return {.kind = operation_kind::deposit, .to = a, .value = value};
}
operation move(account_id from, account_id to) {
  return {.kind = operation_kind::transfer, .from = from, .to = to, .value = 1};
}

} // namespace

BOOST_AUTO_TEST_SUITE(routers)

BOOST_AUTO_TEST_CASE(an_account_that_was_opened_before_is_there_for_a_transfer_from_elsewhere) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed)
    BOOST_TEST_CONTEXT("seed " << seed) {
      bank_of_three bank{seed};
      const std::vector<std::shared_ptr<std::vector<receipt>>> told{
          // in one batch,
          bank.post({open_account(1),
                     open_account(2),
                     pay_in(1, 9),
                     move(1, 2),
                     {.kind = operation_kind::hold, .from = 1, .value = 2},
                     open_account(3),
                     {.kind = operation_kind::post, .from = 1, .to = 3, .hold = {3, 5}},
                     move(2, 3)}),
          // and in the next ones, of which nobody waits for the one before
          bank.post({open_account(5)}), bank.post({move(1, 5)}), bank.post({open_account(6)}),
          bank.post({move(1, 6), move(1, 2)})};
      bank.actors.run();
      for (const auto& receipts : told) {
        BOOST_TEST(!receipts->empty());
        for (const receipt& r : *receipts)
          BOOST_TEST((r.error == fault::none || r.error == fault::insufficient_funds),
                     "operation " << r.id.low << ": " << to_string(r.error));
      }
    }
}

BOOST_AUTO_TEST_CASE(batches_of_anything_refuse_for_want_of_an_account_only_what_comes_before_it) {
  std::size_t crossings = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed)
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 draw{seed};
      bank_of_three bank{seed};
      std::set<account_id> open;
      std::vector<std::vector<operation>> batches(1 + draw() % 4);
      std::vector<std::shared_ptr<std::vector<receipt>>> told;
      for (auto& ops : batches) {
        for (auto n = 1 + draw() % 30; n > 0; --n) {
          const account_id a = 1 + draw() % 12, b = 1 + draw() % 12;
          if (draw() % 3 == 0 && open.insert(a).second) {
            ops.push_back(open_account(a));
            ops.push_back(pay_in(a, 100));
          } else if (a != b && open.contains(a) && open.contains(b)) {
            ops.push_back(move(a, b));
            crossings += a % partitions != b % partitions;
          }
        }
        told.push_back(bank.post(ops));
      }
      bank.actors.run();
      for (std::size_t i = 0; i < batches.size(); ++i) {
        BOOST_REQUIRE(told[i]->size() == batches[i].size());
        for (const receipt& r : *told[i])
          BOOST_TEST((r.error == fault::none || r.error == fault::insufficient_funds),
                     "operation " << r.id.low << ": " << to_string(r.error));
      }
    }
  BOOST_TEST(crossings > 500u);
}

BOOST_AUTO_TEST_SUITE_END()
