// SPDX-License-Identifier: BSD-3-Clause
// The ledger's rules by table: each fault has a row, and each effect.
#include <boost/test/unit_test.hpp>

#include <limits>
#include <map>
#include <string>
#include <vector>

#include "domain/bank/ledger.hpp"

using namespace troupe::bank;

namespace {

constexpr amount largest = std::numeric_limits<amount>::max();
const currency eur = parse_currency("EUR");
const currency usd = parse_currency("USD");

/// A ledger with what it has committed; each call is committed at once unless told otherwise.
struct bench : record_source {
  ledger books;
  std::vector<record> history;
  std::int64_t now_ms = 1'000;
  std::uint64_t last_id = 0;

  explicit bench(partition where = {}, ledger_limits bounds = {}) : books(where, bounds) {}

  std::optional<record> record_at(std::uint64_t sequence) override {
    return sequence <= history.size() ? std::optional{history.at(sequence - 1)} : std::nullopt;
  }
  void commit() {
    const auto c = books.changes();
    history.insert(history.end(), c.records.begin(), c.records.end());
    books.committed();
  }
  operation with_id(operation op) {
    if (!op.id)
      op.id = {7, ++last_id};
    return op;
  }
  receipt post(operation op) {
    const auto r = books.apply(with_id(op), now_ms, *this);
    commit();
    return r;
  }
  void open(account_id a, currency unit = eur, amount overdraft = 0) {
    post({.kind = operation_kind::open, .to = a, .value = overdraft, .unit = unit});
  }
  void deposit(account_id a, amount value) {
    post({.kind = operation_kind::deposit, .to = a, .value = value});
  }
  amount balance(account_id a) const { return books.find_account(a)->balance; }
  amount held(account_id a) const { return books.find_account(a)->held; }
  amount sum() const {
    amount all = 0;
    for (const account& a : books.accounts())
      all += a.balance;
    return all;
  }
};

operation transfer(account_id from, account_id to, amount value) {
  return {.kind = operation_kind::transfer, .from = from, .to = to, .value = value};
}
operation reserve(account_id from, amount value, std::int64_t expires_ms = 0) {
  return {.kind = operation_kind::hold, .from = from, .value = value, .expires_ms = expires_ms};
}
operation end(operation_kind kind, const receipt& held, account_id from, account_id to = no_account,
              amount value = 0) {
  return {.kind = kind, .from = from, .to = to, .value = value, .hold = held.id};
}

/// Accounts 1 and 2 with 100 EUR each, 3 in USD, 4 closed, 5 with an overdraft of 50.
bench furnished() {
  bench b;
  for (const account_id a : {1, 2, 4})
    b.open(a);
  b.open(3, usd);
  b.open(5, eur, 50);
  b.deposit(1, 100);
  b.deposit(2, 100);
  b.post({.kind = operation_kind::close, .from = 4});
  return b;
}

} // namespace

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

BOOST_AUTO_TEST_CASE(a_transfer_to_another_partition_goes_step_by_step) {
  bench near{{1, 2}}, far{{0, 2}};
  near.open(1);
  near.deposit(1, 100);
  far.open(2);
  const auto sent = near.with_id(transfer(1, 2, 30));
  const auto pending = near.post(sent);
  BOOST_TEST(pending.pending);
  BOOST_TEST(near.held(1) == 30);
  BOOST_TEST((near.post(transfer(1, 2, 71)).error == fault::insufficient_funds));
  BOOST_TEST(near.books.open_transfers().size() == 1u);
  auto step = near.books.open_transfers().front();
  step.kind = operation_kind::receive;
  BOOST_TEST(far.post(step).to_balance == 30);
  BOOST_TEST(far.post(step).to_balance == 30); // sent again
  BOOST_TEST(far.balance(2) == 30);
  BOOST_TEST(far.balance(account_of(system_account::in_flight, eur)) == -30);
  step.kind = operation_kind::settle;
  step.hold = step.id;
  step.unit = currency::none;
  step.far_balance = 30;
  BOOST_TEST((near.post(step).error == fault::none));
  BOOST_TEST(near.balance(1) == 70);
  BOOST_TEST(near.held(1) == 0);
  BOOST_TEST(near.balance(account_of(system_account::in_flight, eur)) == 30);
  BOOST_TEST(near.books.open_transfers().empty());
  // The client that asks again gets the end, not the beginning.
  const auto again = near.post(sent);
  BOOST_TEST(!again.pending);
  BOOST_TEST(again.from_balance == 70);
  BOOST_TEST(again.to_balance == 30);
  BOOST_TEST((near.sum() == 0 && far.sum() == 0));
}

BOOST_AUTO_TEST_CASE(a_transfer_that_is_refused_at_the_far_end_is_given_back) {
  bench near{{1, 2}}, far{{0, 2}};
  near.open(1);
  near.deposit(1, 100);
  const auto sent = near.with_id(transfer(1, 2, 30));
  near.post(sent);
  auto step = near.books.open_transfers().front();
  step.kind = operation_kind::receive;
  BOOST_TEST((far.post(step).error == fault::no_account));
  step.kind = operation_kind::give_back;
  step.why = fault::no_account;
  step.hold = step.id;
  step.unit = currency::none;
  near.post(step);
  BOOST_TEST(near.held(1) == 0);
  BOOST_TEST(near.balance(1) == 100);
  BOOST_TEST((near.post(sent).error == fault::no_account));
  BOOST_TEST((near.post(transfer(2, 1, 5)).error == fault::wrong_partition));
}

/// Carries all that is on its way from the one to the other and back, as a courier does.
std::vector<receipt> carry(bench& near, bench& far) {
  std::vector<receipt> ends;
  for (operation step : near.books.open_transfers()) {
    step.kind = operation_kind::receive;
    const auto arrived = far.post(step);
    step.kind = arrived.error == fault::none ? operation_kind::settle : operation_kind::give_back;
    step.why = arrived.error;
    step.far_balance = arrived.to_balance;
    step.hold = step.id;
    step.unit = currency::none;
    ends.push_back(near.post(step));
  }
  return ends;
}

BOOST_AUTO_TEST_CASE(a_hold_is_posted_to_another_partition) {
  for (const amount part : {0, 30}) {
    bench near{{1, 2}}, far{{0, 2}};
    near.open(1);
    near.deposit(1, 100);
    far.open(2);
    far.deposit(2, 5);
    const amount posted = part == 0 ? 80 : part;
    const auto held = near.post(reserve(1, 80, 5'000));
    const auto post = near.with_id(end(operation_kind::post, held, 1, 2, part));
    BOOST_TEST(near.post(post).pending);
    BOOST_TEST(near.post(post).pending); // again, on its way
    BOOST_TEST(near.held(1) == posted);  // the rest is free
    BOOST_TEST((near.post(transfer(1, 2, 101 - posted)).error == fault::insufficient_funds));
    BOOST_TEST((near.post(end(operation_kind::release, held, 1)).error == fault::hold_closed));
    // The hold's time ends nothing that is on its way, nor can a client free it.
    near.now_ms = 9'000;
    near.books.expire(near.now_ms);
    BOOST_TEST(
        (near.post(end(operation_kind::release, {.id = post.id}, 1)).error == fault::no_hold));
    BOOST_TEST(near.held(1) == posted);
    BOOST_TEST((near.post({.kind = operation_kind::close, .from = 1}).error == fault::not_empty));
    BOOST_REQUIRE(near.books.open_transfers().size() == 1u);
    BOOST_TEST(carry(near, far).size() == 1u);
    BOOST_TEST(near.books.open_transfers().empty());
    const auto told = near.post(post);
    BOOST_TEST((told.error == fault::none));
    BOOST_TEST((!told.pending && !told.given_back));
    BOOST_TEST(told.moved == posted);
    BOOST_TEST(told.from_balance == 100 - posted);
    BOOST_TEST(told.from_held == 0);
    BOOST_TEST(told.to_balance == 5 + posted);
    BOOST_TEST(far.balance(2) == 5 + posted);
    far.deposit(2, 1);
    BOOST_TEST((near.post(post) == told)); // whatever has changed since
    BOOST_TEST((near.sum() == 0 && far.sum() == 0));
  }
}

BOOST_AUTO_TEST_CASE(a_post_that_another_partition_refuses_frees_the_whole_hold) {
  using opener = void (*)(bench&);
  const std::vector<std::pair<fault, opener>> far_ends = {
      {fault::no_account, [](bench&) {}},
      {fault::currency_mismatch, [](bench& far) { far.open(2, usd); }},
      {fault::closed,
       [](bench& far) {
         far.open(2);
         far.post({.kind = operation_kind::close, .from = 2});
       }},
      {fault::overflow,
       [](bench& far) {
         far.open(2);
         far.deposit(2, largest);
       }},
  };
  for (const auto& [why, furnish] : far_ends) {
    bench near{{1, 2}}, far{{0, 2}};
    near.open(1);
    near.deposit(1, 100);
    furnish(far);
    const auto held = near.post(reserve(1, 80));
    const auto post = near.with_id(end(operation_kind::post, held, 1, 2, 30));
    near.post(post);
    carry(near, far);
    const auto told = near.post(post);
    BOOST_TEST(to_string(told.error) == to_string(why));
    BOOST_TEST(told.given_back);
    BOOST_TEST(told.moved == 0);
    BOOST_TEST(told.from_balance == 100);
    BOOST_TEST(told.from_held == 0);
    BOOST_TEST(told.to_balance == (why == fault::overflow ? largest : 0));
    BOOST_TEST((near.post(end(operation_kind::release, held, 1)).error == fault::hold_closed));
    BOOST_TEST((near.post(transfer(1, 2, 101)).error == fault::insufficient_funds));
    BOOST_TEST(near.post({.kind = operation_kind::withdraw, .from = 1, .value = 100}).moved == 100);
    BOOST_TEST(near.sum() == 0);
  }
}

BOOST_AUTO_TEST_CASE(what_the_near_end_refuses_of_a_post_leaves_the_hold) {
  bench near{{1, 2}};
  near.open(1);
  near.deposit(1, 100);
  const auto held = near.post(reserve(1, 80));
  auto post = end(operation_kind::post, held, 1, 2, 81);
  BOOST_TEST((near.post(post).error == fault::exceeds_hold));
  post.value = 30;
  post.unit = usd;
  BOOST_TEST((near.post(post).error == fault::currency_mismatch));
  const std::vector all{near.with_id(end(operation_kind::post, held, 1, 2))};
  BOOST_TEST((near.books.apply(all, true, near.now_ms, near).front().error
              == fault::wrong_partition)); // all or nothing
  BOOST_TEST(near.held(1) == 80);
  BOOST_TEST((near.books.find_hold(held.id)->state == hold_state::open));
  BOOST_TEST(near.post(all.front()).pending); // its id is free
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
