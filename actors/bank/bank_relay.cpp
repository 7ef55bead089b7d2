// SPDX-License-Identifier: BSD-3-Clause
#include "actors/bank/bank_relay.hpp"

#include <memory>
#include <utility>

#include "messages/type_ids.hpp"

namespace troupe::bank {

namespace {

// What is told where there is no answer.
batch_receipts unreachable(const post_batch& x, const std::string&) {
  batch_receipts none;
  for (const operation& op : x.operations)
    none.receipts.push_back({.id = op.id, .error = fault::unreachable});
  return none;
}
account_report unreachable(const account_wanted&, const std::string&) {
  return {fault::unreachable, {}};
}
history_report unreachable(const history_wanted&, const std::string&) {
  return {fault::unreachable, {}};
}
operation_report unreachable(const operation_wanted&, const std::string&) {
  return {fault::unreachable, {}};
}
hold_report unreachable(const hold_wanted&, const std::string&) { return {fault::unreachable, {}}; }
whole_report unreachable(const whole_wanted&, const std::string& why) {
  whole_report none;
  none.state.error = whole_fault::unreachable;
  none.state.why = why.empty() ? "the bank does not answer" : why;
  return none;
}
bank_known unreachable(const bank_wanted&, const std::string& why) {
  bank_known none;
  none.why = why.empty() ? "the bank does not answer" : why;
  return none;
}

} // namespace

bank_relay_actor::behavior_type bank_relay::make_behavior() {
  return {
      [this](const batch_call& x) { take<batch_receipts>(x, &bank_known::front); },
      [this](const account_call& x) { take<account_report>(x, &bank_known::front); },
      [this](const history_call& x) { take<history_report>(x, &bank_known::front); },
      [this](const operation_call& x) { take<operation_report>(x, &bank_known::front); },
      [this](const hold_call& x) { take<hold_report>(x, &bank_known::front); },
      [this](const whole_call& x) { take<whole_report>(x, &bank_known::whole); },
      [this](const places_call& x) { take_places(x); },
      [this](const use_bank_head& x) { use(x.who); },
      [this](const bank_head_lost& x) { lose(x.why); },
      [this](relay_due x) { x.look ? look() : waited_long(); },
  };
}

bank_relay::bank_relay(bank_relay_actor::pointer self, far_limits bounds)
    : self_(self), bounds_(bounds), watcher_(self) {}

bank_relay::~bank_relay() {
  for (auto& [id, fail] : std::exchange(asked_, {}))
    fail();
  for (const auto& list : {std::exchange(waited_, {}), std::exchange(waiting_, {})})
    for (const auto& q : list)
      q.fail();
}

// -- questions

template <class Answer, class Call, class To>
void bank_relay::take(const Call& x, To bank_known::*whom) {
  open_question q;
  q.ask = [this, x, whom] {
    pass_on<To, decltype(x.question), Answer>(known_.*whom, x.question, x.done);
  };
  q.fail = [this, x] { (*x.done)(unreachable(x.question, why_)); };
  if (known_.front)
    q.ask();
  else
    wait(std::move(q));
}

void bank_relay::take_places(const places_call& x) {
  open_question q;
  q.of_head = true;
  q.ask = [this, x] { pass_on(head_, x.question, x.done); };
  q.fail = [this, x] { (*x.done)(unreachable(x.question, why_)); };
  if (head_)
    q.ask();
  else
    wait(std::move(q));
}

void bank_relay::wait(open_question q) {
  waiting_.push_back(std::move(q));
  if (!std::exchange(timer_, true))
    runtime::send_after(self_, bounds_.wait_max / 2, bank_relay_actor{self_}, relay_due{});
}

template <class To, class Question, class Answer>
void bank_relay::pass_on(const To& to, const Question& x,
                         const std::shared_ptr<std::function<void(Answer)>>& done) {
  const auto id = next_++;
  asked_.emplace(id, [this, x, done] { (*done)(unreachable(x, why_)); });
  runtime::request(self_, to, bounds_.answer_deadline, x)
      .then(
          [this, id, done](Answer answer) {
            if (asked_.erase(id) != 0)
              (*done)(std::move(answer));
          },
          [this, id](const caf::error&) {
            if (auto q = asked_.extract(id); !q.empty())
              q.mapped()();
          });
}

/// Who has waited through two of these has waited long enough.
void bank_relay::waited_long() {
  timer_ = false;
  for (const auto& q : std::exchange(waited_, std::exchange(waiting_, {})))
    q.fail();
  if (!waited_.empty() && !std::exchange(timer_, true))
    runtime::send_after(self_, bounds_.wait_max / 2, bank_relay_actor{self_}, relay_due{});
}

void bank_relay::ask_waiting() {
  for (auto& list : {std::exchange(waited_, {}), std::exchange(waiting_, {})})
    for (auto& q : list)
      if (known_.front || q.of_head)
        q.ask();
      else
        waiting_.push_back(q);
}

// -- whom to ask

void bank_relay::use(const bank_head_actor& head) {
  lose("the coordinator has no bank");
  if (!head)
    return;
  head_ = head;
  why_ = "the bank does not answer";
  watcher_.watch(self_, head, [this, heads = ++heads_](const caf::error&) {
    if (heads == heads_)
      lose("the coordinator is gone");
  });
  ask_waiting();
  look();
}

void bank_relay::look() {
  looks_ = false;
  if (!head_ || known_.front)
    return;
  runtime::request(self_, head_, bounds_.answer_deadline, bank_wanted{})
      .then(
          [this, heads = heads_](const bank_known& x) {
            if (heads == heads_ && head_)
              found(x);
          },
          [this, heads = heads_](const caf::error&) {
            if (heads == heads_ && head_)
              found({.why = "the bank does not answer"});
          });
}

void bank_relay::found(const bank_known& x) {
  why_ = x.why;
  known_ = x;
  if (known_.front)
    ask_waiting();
  else if (!std::exchange(looks_, true))
    runtime::send_after(self_, bounds_.look_again, bank_relay_actor{self_}, relay_due{true});
}

void bank_relay::lose(const std::string& why) {
  why_ = why;
  head_ = nullptr;
  known_ = {};
  for (auto& [id, fail] : std::exchange(asked_, {}))
    fail();
}

} // namespace troupe::bank
