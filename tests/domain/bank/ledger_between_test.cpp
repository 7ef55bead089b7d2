// SPDX-License-Identifier: BSD-3-Clause
// What goes from one partition to another, step by step.
#include <boost/test/unit_test.hpp>

#include <utility>
#include <vector>

#include "tests/domain/bank/ledger_bench.hpp"

using namespace troupe::test;

BOOST_AUTO_TEST_SUITE(ledgers_between)

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

namespace {

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

} // namespace

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

BOOST_AUTO_TEST_CASE(nothing_leaves_that_could_not_be_settled) {
  bench near{{0, 3}}, far{{1, 3}};
  near.open(3, eur, largest);
  near.open(6, eur, largest);
  far.open(1);
  const auto held = near.post(reserve(6, 10));
  near.post(transfer(3, 1, largest));
  const auto refused = [&](bench& b) {
    BOOST_TEST((b.post(transfer(6, 2, 10)).error == fault::overflow));
    BOOST_TEST((b.post(end(operation_kind::post, held, 6, 2)).error == fault::overflow));
    BOOST_TEST(b.held(6) == 10);
  };
  refused(near);
  bench opened_again{{0, 3}};
  for (const account& a : near.books.accounts())
    opened_again.books.restore(a);
  for (const op_id& id : {held.id, near.books.open_transfers().front().id})
    opened_again.books.restore(*near.books.find_hold(id));
  opened_again.last_id = 100;
  refused(opened_again);
  BOOST_TEST((carry(near, far).front().error == fault::none));
  refused(near);
  BOOST_TEST(near.sum() == 0);
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

BOOST_AUTO_TEST_SUITE_END()
