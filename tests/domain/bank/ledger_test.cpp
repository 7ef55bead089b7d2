// SPDX-License-Identifier: BSD-3-Clause
// The ledger's rules by table: each fault has a row, and each effect.
#include <boost/test/unit_test.hpp>

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/domain/bank/ledger_bench.hpp"

using namespace troupe::test;

BOOST_AUTO_TEST_SUITE(ledgers)

BOOST_AUTO_TEST_CASE(every_refusal_has_its_fault_and_moves_nothing) {
  const auto kind = [](operation_kind k, account_id from, account_id to, amount value,
                       currency unit = currency::none) {
    return operation{.kind = k, .from = from, .to = to, .value = value, .unit = unit};
  };
  using k = operation_kind;
  const std::vector<std::pair<fault, operation>> rows = {
      {fault::bad_operation, {}},
      {fault::bad_operation, {.kind = static_cast<k>(99), .from = 1}},
      {fault::bad_operation, {.kind = k::expire, .from = 1, .value = 1}},
      {fault::bad_operation, kind(k::deposit, 1, 2, 5)},
      {fault::bad_operation, kind(k::withdraw, 1, 2, 5)},
      {fault::bad_operation, kind(k::transfer, 1, no_account, 5)},
      {fault::bad_operation, kind(k::open, no_account, 9, 0)},       // no currency
      {fault::bad_operation, kind(k::open, no_account, 9, -1, eur)}, // overdraft below 0
      {fault::bad_operation, kind(k::transfer, account_of(system_account::outside, eur), 1, 5)},
      {fault::bad_operation, kind(k::deposit, no_account, account_id_max + 1, 5)},
      {fault::bad_operation, {.kind = k::deposit, .to = 1, .value = 5, .expires_ms = 9'999}},
      {fault::bad_operation, {.kind = k::release, .from = 1}},
      {fault::bad_operation, {.kind = k::deposit, .to = 1, .value = 5, .far_balance = 1}},
      {fault::bad_operation, {.kind = k::settle, .from = 1, .to = 2, .value = 1, .hold = {9, 9}}},
      {fault::amount_not_positive, kind(k::deposit, no_account, 1, 0)},
      {fault::amount_not_positive, kind(k::withdraw, 1, no_account, -1)},
      {fault::amount_not_positive, kind(k::transfer, 1, 2, std::numeric_limits<amount>::min())},
      {fault::amount_not_positive, reserve(1, 0)},
      {fault::no_account, kind(k::deposit, no_account, 99, 5)},
      {fault::no_account, kind(k::withdraw, 99, no_account, 5)},
      {fault::no_account, transfer(1, 99, 5)},
      {fault::no_account, transfer(99, 1, 5)},
      {fault::no_account, reserve(99, 5)},
      {fault::no_account, kind(k::close, 99, no_account, 0)},
      {fault::account_exists, kind(k::open, no_account, 1, 0, eur)},
      {fault::account_exists, kind(k::open, no_account, 4, 0, eur)}, // closed is not gone
      {fault::closed, kind(k::deposit, no_account, 4, 5)},
      {fault::closed, transfer(1, 4, 5)},
      {fault::closed, transfer(4, 1, 5)},
      {fault::closed, kind(k::close, 4, no_account, 0)},
      {fault::not_empty, kind(k::close, 1, no_account, 0)},
      {fault::same_account, transfer(1, 1, 5)},
      {fault::currency_mismatch, transfer(1, 3, 5)},
      {fault::currency_mismatch, kind(k::deposit, no_account, 1, 5, usd)},
      {fault::currency_mismatch, kind(k::transfer, 1, 2, 5, usd)},
      {fault::insufficient_funds, transfer(1, 2, 101)},
      {fault::insufficient_funds, kind(k::withdraw, 3, no_account, 1)},
      {fault::insufficient_funds, kind(k::withdraw, 5, no_account, 51)},
      {fault::insufficient_funds, reserve(1, 101)},
      {fault::overflow, kind(k::deposit, no_account, 1, largest)},
      {fault::expiry_past, reserve(1, 5, 1'000)},
      {fault::no_hold, end(k::release, {.id = {9, 9}}, 1)},
      {fault::no_hold, end(k::post, {.id = {9, 9}}, 1, 2)},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    BOOST_TEST_CONTEXT("row " << i) {
      bench b = furnished();
      const auto before = b.books.accounts();
      const auto r = b.post(rows[i].second);
      BOOST_TEST(to_string(r.error) == to_string(rows[i].first));
      BOOST_TEST(r.moved == 0);
      for (const account& a : before)
        BOOST_TEST((*b.books.find_account(a.id) == a));
      BOOST_TEST(b.sum() == 0);
    }
  }
}

BOOST_AUTO_TEST_CASE(money_moves_and_receipts_tell_the_balances_after) {
  bench b = furnished();
  const auto r = b.post(transfer(1, 2, 30));
  BOOST_TEST((r.error == fault::none));
  BOOST_TEST(r.moved == 30);
  BOOST_TEST(r.from_balance == 70);
  BOOST_TEST(r.to_balance == 130);
  BOOST_TEST(r.sequence == b.books.last_sequence());
  const auto out = b.post({.kind = operation_kind::withdraw, .from = 5, .value = 50});
  BOOST_TEST(out.from_balance == -50); // as far as its overdraft goes
  BOOST_TEST(b.balance(account_of(system_account::outside, eur)) == -150);
  BOOST_TEST(b.sum() == 0);
}

BOOST_AUTO_TEST_CASE(an_operation_needs_an_id) {
  bench b = furnished();
  const auto r = b.books.apply(transfer(1, 2, 5), b.now_ms, b);
  BOOST_TEST((r.error == fault::id_missing));
}

BOOST_AUTO_TEST_CASE(the_same_id_again_is_answered_as_the_first_time) {
  bench b = furnished();
  for (const bool committed : {false, true}) {
    auto op = b.with_id(transfer(1, 2, 30));
    const auto first = b.books.apply(op, b.now_ms, b);
    if (committed)
      b.commit();
    b.now_ms += 5'000;
    BOOST_TEST((b.books.apply(op, b.now_ms, b) == first));
    op.value = 31;
    const auto reused = b.books.apply(op, b.now_ms, b);
    BOOST_TEST((reused.error == fault::id_reused));
    b.commit();
  }
  BOOST_TEST(b.balance(1) == 40);
  // A refusal is an answer too: later funds do not change it.
  const auto op = b.with_id(transfer(1, 2, 1'000));
  BOOST_TEST((b.post(op).error == fault::insufficient_funds));
  b.deposit(1, 5'000);
  BOOST_TEST((b.post(op).error == fault::insufficient_funds));
}

BOOST_AUTO_TEST_CASE(an_operation_is_found_by_its_id_and_told_as_if_it_came_again) {
  bench b = furnished();
  const auto pay = b.with_id(transfer(1, 2, 30)), refused = b.with_id(transfer(1, 2, 1'000));
  const auto paid = b.books.apply(pay, b.now_ms, b);
  for (const bool committed : {false, true}) {
    const auto found = b.books.find_operation(pay.id, b);
    BOOST_REQUIRE(found);
    BOOST_TEST((*found == record{pay, paid}), committed);
    b.commit();
  }
  const auto not_paid = b.post(refused);
  BOOST_TEST((b.books.find_operation(refused.id, b) == std::optional{record{refused, not_paid}}));
  const auto last = b.books.last_sequence();
  BOOST_TEST(!b.books.find_operation({9, 9}, b));
  BOOST_TEST(b.books.last_sequence() == last); // a look leaves no trace
  b.history.clear();                           // and one that the store cannot back is no receipt
  BOOST_TEST((b.books.find_operation(pay.id, b)->answer.error == fault::store_failed));
}

BOOST_AUTO_TEST_CASE(what_left_no_trace_is_not_found) {
  bench b = furnished();
  const std::vector<operation> ops = {b.with_id(transfer(1, 2, 1)),
                                      b.with_id(transfer(1, 2, 1'000))};
  b.books.apply(ops, true, b.now_ms, b);
  for (const auto& op : ops)
    BOOST_TEST(!b.books.find_operation(op.id, b));
}

BOOST_AUTO_TEST_CASE(held_money_cannot_be_spent) {
  bench b = furnished();
  const auto held = b.post(reserve(1, 80));
  BOOST_TEST(held.from_balance == 100);
  BOOST_TEST(held.from_held == 80);
  BOOST_TEST((b.post(transfer(1, 2, 21)).error == fault::insufficient_funds));
  BOOST_TEST((b.post(reserve(1, 21)).error == fault::insufficient_funds));
  BOOST_TEST((b.post(transfer(1, 2, 20)).error == fault::none));
  BOOST_TEST((b.post({.kind = operation_kind::close, .from = 1}).error == fault::not_empty));
}

BOOST_AUTO_TEST_CASE(a_hold_is_posted_whole_or_in_part_once) {
  bench b = furnished();
  const auto held = b.post(reserve(1, 80));
  BOOST_TEST((b.post(end(operation_kind::post, held, 1, 2, 81)).error == fault::exceeds_hold));
  BOOST_TEST(
      (b.post(end(operation_kind::post, held, 1, 2, -1)).error == fault::amount_not_positive));
  BOOST_TEST((b.post(end(operation_kind::post, held, 1, 1)).error == fault::same_account));
  BOOST_TEST((b.post(end(operation_kind::post, held, 1, 3)).error == fault::currency_mismatch));
  BOOST_TEST((b.post(end(operation_kind::post, held, 1, 4)).error == fault::closed));
  BOOST_TEST((b.post(end(operation_kind::post, held, 2, 1)).error == fault::no_hold));
  const auto part = b.post(end(operation_kind::post, held, 1, 2, 30));
  BOOST_TEST(part.moved == 30);
  BOOST_TEST(b.balance(1) == 70);
  BOOST_TEST(b.held(1) == 0); // the rest is free again
  BOOST_TEST((b.post(end(operation_kind::post, held, 1, 2)).error == fault::hold_closed));
  BOOST_TEST((b.post(end(operation_kind::release, held, 1)).error == fault::hold_closed));
  const auto other = b.post(reserve(2, 60));
  BOOST_TEST(b.post(end(operation_kind::post, other, 2, 1)).moved == 60);
  BOOST_TEST(b.balance(2) == 70);
  const auto third = b.post(reserve(2, 70));
  BOOST_TEST(b.post(end(operation_kind::release, third, 2)).moved == 70);
  BOOST_TEST(b.held(2) == 0);
  BOOST_TEST(b.sum() == 0);
}

BOOST_AUTO_TEST_CASE(a_hold_ends_when_its_time_is_over) {
  bench b = furnished();
  const auto held = b.post(reserve(1, 80, 5'000));
  BOOST_TEST(b.books.next_expiry_ms().value() == 5'000);
  b.now_ms = 4'999;
  BOOST_TEST((b.post(transfer(1, 2, 21)).error == fault::insufficient_funds));
  b.now_ms = 5'000;
  BOOST_TEST((b.post(end(operation_kind::post, held, 1, 2)).error == fault::hold_expired));
  BOOST_TEST(b.held(1) == 0);
  BOOST_TEST((b.post(transfer(1, 2, 100)).error == fault::none));
  b.now_ms = 10; // clocks jump; the ledger's time does not run backwards
  BOOST_TEST(b.post(transfer(2, 1, 1)).time_ms == 5'000);
}

BOOST_AUTO_TEST_CASE(a_batch_is_done_in_order_and_one_by_one) {
  bench b = furnished();
  const std::vector<operation> ops = {b.with_id(transfer(1, 2, 100)), b.with_id(transfer(1, 2, 1)),
                                      b.with_id(transfer(2, 1, 150))};
  const auto receipts = b.books.apply(ops, false, b.now_ms, b);
  b.commit();
  BOOST_TEST((receipts[1].error == fault::insufficient_funds));
  BOOST_TEST(b.balance(1) == 150);
}

BOOST_AUTO_TEST_CASE(an_all_or_nothing_batch_leaves_no_trace_when_refused) {
  bench b = furnished();
  const auto held = b.post(reserve(1, 40, 9'000));
  const auto sequence = b.books.last_sequence();
  const auto before = b.books.accounts();
  std::vector<operation> ops = {b.with_id({.kind = operation_kind::open, .to = 77, .unit = usd}),
                                b.with_id({.kind = operation_kind::deposit, .to = 77, .value = 5}),
                                b.with_id(end(operation_kind::release, held, 1)),
                                b.with_id(reserve(2, 10, 7'000)),
                                b.with_id(transfer(1, 2, 100)),
                                b.with_id(transfer(1, 2, 1))};
  const auto receipts = b.books.apply(ops, true, b.now_ms, b);
  BOOST_TEST((receipts.back().error == fault::insufficient_funds));
  for (std::size_t i = 0; i + 1 < ops.size(); ++i)
    BOOST_TEST((receipts[i].error == fault::batch_refused), i);
  BOOST_TEST(b.books.last_sequence() == sequence);
  BOOST_TEST(b.books.changes().records.empty());
  BOOST_TEST((b.books.accounts() == before));
  BOOST_TEST(b.held(1) == 40);
  BOOST_TEST(b.books.next_expiry_ms().value() == 9'000);
  // Its ids are free: without the bad one it goes through.
  ops.pop_back();
  for (const receipt& r : b.books.apply(ops, true, b.now_ms, b))
    BOOST_TEST((r.error == fault::none));
  b.commit();
  BOOST_TEST(b.balance(2) == 200);
  BOOST_TEST(b.sum() == 0);
}

BOOST_AUTO_TEST_CASE(limits_are_kept_and_known_ids_still_answered) {
  ledger_limits bounds;
  bounds.ids_max = 3;
  bounds.batch_operations_max = 2;
  bench b{{}, bounds};
  b.open(1);
  b.deposit(1, 10);
  const auto last = b.with_id({.kind = operation_kind::deposit, .to = 1, .value = 1});
  const auto done = b.post(last);
  BOOST_TEST(
      (b.post({.kind = operation_kind::deposit, .to = 1, .value = 1}).error == fault::ledger_full));
  BOOST_TEST((b.post(last) == done));
  const std::vector<operation> three(3, last);
  for (const receipt& r : b.books.apply(three, false, b.now_ms, b))
    BOOST_TEST((r.error == fault::batch_too_large));
}

BOOST_AUTO_TEST_CASE(names_are_read_as_they_are_written) {
  BOOST_TEST(to_string(eur) == "EUR");
  for (const auto* bad : {"", "EU", "eur", "EUROS", "E1R"})
    BOOST_TEST((parse_currency(bad) == currency::none), bad);
  const auto id = parse_op_id("00112233-4455-6677-8899-AABBCCDDEEFF");
  BOOST_REQUIRE(id);
  BOOST_TEST(to_string(*id) == "00112233445566778899aabbccddeeff");
  for (const auto* bad : {"", "12", "00000000000000000000000000000000",
                          "00112233445566778899aabbccddeeff0", "0011223344556677889 aabbccddeef"})
    BOOST_TEST(!parse_op_id(bad), bad);
  BOOST_TEST(account_name(17) == "17");
  BOOST_TEST(account_name(account_of(system_account::in_flight, usd)) == "in-flight:USD");
  for (int f = 0; f <= static_cast<int>(fault::unreachable); ++f)
    BOOST_TEST(!to_string(static_cast<fault>(f)).empty(), f);
}

BOOST_AUTO_TEST_SUITE_END()
