// SPDX-License-Identifier: BSD-3-Clause
// One ledger actor and its router, step by step.
#include <boost/test/unit_test.hpp>

#include <memory>
#include <optional>
#include <string>
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

struct one_ledger {
  test::fake_disk disk;
  runtime::test_system<caf::id_block::troupe> actors;
  std::shared_ptr<ledger> books = std::make_shared<ledger>();
  std::int64_t now_ms = 1'000;
  std::string stopped, stopped_when_answered;
  ledger_actor keeper;
  router_actor head;
  std::uint64_t last_id = 0;

  explicit one_ledger(std::size_t uncommitted_operations_max = 1'000, router_limits bounds = {}) {
    ledger_ports ports;
    ports.store = std::make_shared<test::fake_store>(disk);
    ports.books = books;
    ports.now_ms = [this] { return now_ms; };
    ports.stopped = [this](const std::string& why) { stopped = why; };
    ports.uncommitted_operations_max = uncommitted_operations_max;
    keeper = runtime::spawn<ledger_keeper>(actors.system(), std::move(ports));
    head = runtime::spawn<router>(actors.system(), std::vector{keeper}, bounds);
    actors.run();
  }
  ~one_ledger() {
    runtime::stop(head);
    runtime::stop(keeper);
    head = nullptr;
    keeper = nullptr;
    actors.run();
  }
  /// Returns: where the receipts will stand.
  std::shared_ptr<std::vector<receipt>> post(std::vector<operation> ops) {
    for (operation& op : ops)
      op.id = {3, ++last_id};
    auto answer = std::make_shared<std::vector<receipt>>();
    auto done =
        std::make_shared<std::function<void(batch_receipts)>>([this, answer](batch_receipts x) {
          *answer = std::move(x.receipts);
          stopped_when_answered = stopped;
        });
    runtime::post(head, batch_call{{std::move(ops), false}, std::move(done)});
    return answer;
  }
  std::shared_ptr<account_report> look(account_id id) {
    auto answer = std::make_shared<account_report>();
    auto done = std::make_shared<std::function<void(account_report)>>(
        [answer](const account_report& x) { *answer = x; });
    runtime::post(head, account_call{{id}, std::move(done)});
    return answer;
  }
  history_report read_history(account_id id) {
    auto answer = std::make_shared<history_report>();
    auto done = std::make_shared<std::function<void(history_report)>>(
        [answer](history_report x) { *answer = std::move(x); });
    runtime::post(head, history_call{{id}, std::move(done)});
    actors.run();
    return *answer;
  }
};

/// Returns: where a report will stand once it has come.
template <class Call, class Report>
std::shared_ptr<std::optional<Report>> ask(one_ledger& bank, op_id id) {
  auto answer = std::make_shared<std::optional<Report>>();
  auto done = std::make_shared<std::function<void(Report)>>([answer](Report x) { *answer = x; });
  runtime::post(bank.head, Call{{id}, std::move(done)});
  return answer;
}
std::shared_ptr<std::optional<operation_report>> find(one_ledger& bank, op_id id) {
  return ask<operation_call, operation_report>(bank, id);
}
std::shared_ptr<std::optional<hold_report>> find_hold(one_ledger& bank, op_id id) {
  return ask<hold_call, hold_report>(bank, id);
}

operation open_account(account_id a) {
  return {.kind = operation_kind::open, .to = a, .unit = parse_currency("EUR")};
}
operation pay_in(account_id a, amount value) {
  return {.kind = operation_kind::deposit, .to = a, .value = value};
}

} // namespace

BOOST_AUTO_TEST_SUITE(ledger_keepers)

BOOST_AUTO_TEST_CASE(what_has_gathered_is_one_commit) {
  one_ledger bank;
  std::vector<std::shared_ptr<std::vector<receipt>>> answers{bank.post({open_account(1)})};
  for (int i = 0; i < 50; ++i)
    answers.push_back(bank.post({pay_in(1, 1)}));
  bank.actors.run();
  for (const auto& a : answers)
    BOOST_TEST((a->size() == 1u && a->front().error == fault::none));
  BOOST_TEST(bank.disk.commits <= 2u); // the first may be alone
  BOOST_TEST(bank.disk.synced.records.size() == 51u);
}

BOOST_AUTO_TEST_CASE(a_commit_does_not_grow_beyond_its_bound) {
  one_ledger bank{10, {.gathered_operations_max = 1}};
  bank.post({open_account(1)});
  for (int i = 0; i < 50; ++i)
    bank.post({pay_in(1, 1)});
  bank.actors.run();
  BOOST_TEST(bank.disk.commits >= 5u);
}

BOOST_AUTO_TEST_CASE(nothing_that_is_not_synced_is_seen) {
  one_ledger bank;
  const auto posted = bank.post({open_account(1), pay_in(1, 5)});
  const auto seen = bank.look(1);
  while (bank.disk.commits == 0) {
    BOOST_TEST(posted->empty());
    BOOST_TEST(seen->state.balance == 0);
    BOOST_REQUIRE(bank.actors.step());
  }
  bank.actors.run();
  BOOST_TEST(posted->size() == 2u);
  BOOST_TEST(seen->state.balance == 5);
}

BOOST_AUTO_TEST_CASE(an_operation_and_a_hold_are_told_once_they_are_synced) {
  one_ledger bank;
  const auto posted = bank.post(
      {open_account(1), pay_in(1, 5), {.kind = operation_kind::hold, .from = 1, .value = 2}});
  const auto known = find(bank, {3, 2}), unknown = find(bank, {3, 9});
  const auto held = find_hold(bank, {3, 3}), none = find_hold(bank, {3, 2});
  while (bank.disk.commits == 0) {
    BOOST_TEST(!*known);
    BOOST_TEST(!*held);
    BOOST_REQUIRE(bank.actors.step());
  }
  bank.actors.run();
  BOOST_REQUIRE((*known && (*known)->found.size() == 1u));
  BOOST_TEST(((*known)->found.front().answer == posted->at(1)));
  BOOST_REQUIRE((*held && (*held)->found.size() == 1u));
  BOOST_TEST((*held)->found.front().value == 2);
  BOOST_TEST((*unknown && (*unknown)->found.empty() && (*unknown)->error == fault::none));
  BOOST_TEST((*none && (*none)->found.empty() && (*none)->error == fault::none));
}

BOOST_AUTO_TEST_CASE(a_ledger_that_failed_tells_of_no_operation) {
  one_ledger bank;
  bank.post({open_account(1)});
  bank.actors.run();
  bank.disk.crash();
  bank.post({pay_in(1, 1)});
  const auto lost = find(bank, {3, 2}); // it is in the ledger's memory by now, but nowhere else
  bank.actors.run();
  const auto before = find(bank, {3, 1});
  const auto hold = find_hold(bank, {3, 1});
  bank.actors.run();
  for (const auto& x : {lost, before})
    BOOST_TEST((*x
                && ((*x)->error == fault::store_failed
                    || (*x)->found.at(0).answer.error == fault::store_failed)));
  BOOST_TEST((*hold && (*hold)->error == fault::store_failed));
}

BOOST_AUTO_TEST_CASE(a_failed_sync_stops_the_ledger_and_everybody_hears_of_it) {
  one_ledger bank;
  bank.post({open_account(1), pay_in(1, 5)});
  bank.actors.run();
  bank.disk.crash();
  const auto lost = bank.post({pay_in(1, 1)});
  const auto seen = bank.look(1);
  bank.actors.run();
  BOOST_TEST((lost->at(0).error == fault::store_failed));
  BOOST_TEST((seen->error == fault::store_failed));
  BOOST_TEST(bank.stopped == "crashed");
  BOOST_TEST(bank.stopped_when_answered == "crashed"); // who hears that it failed may ask why
  bank.disk.restart(); // it does not come back by itself: what it holds is ahead of its store
  const auto later = bank.post({pay_in(1, 1)});
  bank.actors.run();
  BOOST_TEST((later->at(0).error == fault::store_failed));
  BOOST_TEST(bank.disk.synced.records.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_history_that_cannot_be_read_is_not_an_empty_one) {
  one_ledger bank;
  bank.post({open_account(1), pay_in(1, 5)});
  bank.actors.run();
  BOOST_TEST(bank.read_history(1).records.size() == 2u);
  bank.disk.is_damaged = true;
  const auto unread = bank.read_history(1);
  BOOST_TEST((unread.error == fault::store_failed));
  BOOST_TEST(unread.records.empty());
  const auto posted = bank.post({pay_in(1, 1)}); // the ledger goes on
  bank.actors.run();
  BOOST_TEST((posted->at(0).error == fault::none));
  BOOST_TEST(bank.stopped == "");
}

BOOST_AUTO_TEST_CASE(a_hold_expires_by_the_clock_with_nobody_asking) {
  one_ledger bank;
  bank.post({open_account(1), pay_in(1, 5)});
  bank.post({{.kind = operation_kind::hold, .from = 1, .value = 5, .expires_ms = 1'500}});
  bank.actors.run();
  BOOST_TEST(bank.books->find_account(1)->held == 5);
  bank.now_ms = 1'500;
  bank.actors.advance(std::chrono::milliseconds(500));
  bank.actors.run();
  BOOST_TEST(bank.books->find_account(1)->held == 0);
  BOOST_TEST((bank.disk.synced.records.back().asked.kind == operation_kind::expire));
}

BOOST_AUTO_TEST_CASE(a_ledger_that_is_gone_is_unreachable) {
  one_ledger bank;
  runtime::stop(bank.keeper);
  bank.actors.run();
  const auto lost = bank.post({open_account(1)});
  const auto seen = bank.look(1);
  const auto found = find(bank, {3, 1});
  bank.actors.run_until(
      [&] { return !lost->empty() && seen->error != fault::none && found->has_value(); });
  BOOST_TEST(((*found)->error == fault::unreachable));
  BOOST_REQUIRE(lost->size() == 1u);
  BOOST_TEST((lost->at(0).error == fault::unreachable));
  BOOST_TEST((seen->error == fault::unreachable));
}

BOOST_AUTO_TEST_CASE(clients_cannot_do_what_only_ledgers_do) {
  one_ledger bank;
  bank.post({open_account(1)});
  const auto forged = bank.post(
      {{.kind = operation_kind::receive, .from = 2, .to = 1, .value = 1'000}, pay_in(1, 1)});
  bank.actors.run();
  BOOST_TEST((forged->at(0).error == fault::bad_operation));
  BOOST_TEST((forged->at(1).error == fault::none));
  BOOST_TEST(bank.books->find_account(1)->balance == 1);
}

BOOST_AUTO_TEST_SUITE_END()
