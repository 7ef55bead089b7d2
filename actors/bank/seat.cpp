// SPDX-License-Identifier: BSD-3-Clause
#include "actors/bank/seat.hpp"

#include <memory>
#include <utility>

#include "messages/type_ids.hpp"

namespace troupe::bank {

namespace {

// What is told of a ledger that is not there.
batch_receipts unreachable(const post_batch& x) {
  batch_receipts none;
  for (const operation& op : x.operations)
    none.receipts.push_back({.id = op.id, .error = fault::unreachable});
  return none;
}
account_report unreachable(const account_wanted&) { return {fault::unreachable, {}}; }
history_report unreachable(const history_wanted&) { return {fault::unreachable, {}}; }
operation_report unreachable(const operation_wanted&) { return {fault::unreachable, {}}; }
hold_report unreachable(const hold_wanted&) { return {fault::unreachable, {}}; }
cut_report unreachable(const cut_wanted&) {
  return {.error = whole_fault::unreachable, .part = {}};
}
arrivals_report unreachable(const arrivals_wanted&) {
  return {.error = whole_fault::unreachable, .arrived = {}};
}

} // namespace

seat_actor::behavior_type seat::make_behavior() {
  return {
      [this](const post_batch& x) { return take<batch_receipts>(x); },
      [this](const account_wanted& x) { return take<account_report>(x); },
      [this](const history_wanted& x) { return take<history_report>(x); },
      [this](const operation_wanted& x) { return take<operation_report>(x); },
      [this](const hold_wanted& x) { return take<hold_report>(x); },
      [this](const cut_wanted& x) { return take<cut_report>(x); },
      [this](const arrivals_wanted& x) { return take<arrivals_report>(x); },
      [this](close_ledger) { // it moves: what it has by now is still answered
        ledger_ = nullptr;
        return ledger_closed{};
      },
      [this](const courier_ready& x) {
        courier_ = x.who;
        if (ledger_)
          runtime::send(self_, ledger_, x);
      },
      [](ledger_due) {}, // what a ledger says to itself
      [this](const seat_taken& x) { use(x.who); },
      [this](seat_empty) { empty(); },
      [this](seat_due) { wait_longer(); },
  };
}

seat::seat(seat_actor::pointer self, bank_far_limits bounds) : self_(self), bounds_(bounds) {}

seat::~seat() {
  for (auto& [id, fail] : asked_)
    fail();
  for (const auto& list : {std::move(waited_), std::move(waiting_)})
    for (const auto& q : list)
      q.fail();
}

template <class Answer, class Question>
caf::result<Answer> seat::take(const Question& x) {
  auto promise = self_->template make_response_promise<Answer>();
  const auto question = std::make_shared<const Question>(x);
  open_question q;
  q.fail = [promise, question]() mutable { promise.deliver(unreachable(*question)); };
  q.ask = [this, promise, question, fail = q.fail] {
    const auto id = next_++;
    asked_.emplace(id, fail);
    runtime::request(self_, ledger_, bounds_.answer_deadline, *question)
        .then(
            [this, id, promise](const Answer& answer) mutable {
              if (asked_.erase(id) != 0)
                promise.deliver(answer);
            },
            [this, id](const caf::error&) {
              if (auto q = asked_.extract(id); !q.empty())
                q.mapped()();
            });
  };
  if (ledger_)
    q.ask();
  else if (waited_.size() + waiting_.size() >= bounds_.seat_questions_max)
    q.fail();
  else {
    waiting_.push_back(std::move(q));
    if (!std::exchange(timer_, true))
      runtime::send_after(self_, bounds_.seat_wait, seat_actor{self_}, seat_due{});
  }
  return promise;
}

void seat::use(const ledger_actor& who) {
  empty();
  ledger_ = who;
  if (!ledger_)
    return;
  if (courier_)
    runtime::send(self_, ledger_, courier_ready{courier_});
  for (const auto& list : {std::exchange(waited_, {}), std::exchange(waiting_, {})})
    for (const auto& q : list)
      q.ask();
}

void seat::empty() {
  ledger_ = nullptr;
  for (auto& [id, fail] : std::exchange(asked_, {}))
    fail();
}

void seat::wait_longer() {
  timer_ = false;
  for (const auto& q : std::exchange(waited_, std::exchange(waiting_, {})))
    q.fail();
  if (!waited_.empty() && !std::exchange(timer_, true))
    runtime::send_after(self_, bounds_.seat_wait, seat_actor{self_}, seat_due{});
}

} // namespace troupe::bank
