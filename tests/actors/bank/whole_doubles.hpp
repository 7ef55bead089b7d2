// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <utility>

#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::test {

using namespace bank;

/// A ledger that is further away, so that what others say may come to it first.
class far_ledger {
public:
  static constexpr const char* name = "far-ledger";
  far_ledger(seat_actor::pointer self, ledger_actor real) : self_(self), real_(std::move(real)) {}
  seat_actor::behavior_type make_behavior() {
    return {
        [this](const post_batch& x) { return pass<batch_receipts>(x); },
        [this](const account_wanted& x) { return pass<account_report>(x); },
        [this](const history_wanted& x) { return pass<history_report>(x); },
        [this](const operation_wanted& x) { return pass<operation_report>(x); },
        [this](const hold_wanted& x) { return pass<hold_report>(x); },
        [this](const cut_wanted& x) { return pass<cut_report>(x); },
        [this](const arrivals_wanted& x) { return pass<arrivals_report>(x); },
        [](close_ledger) { return ledger_closed{}; },
        [this](const courier_ready& x) { runtime::send(self_, real_, x); },
        [](ledger_due) {},
        [](const seat_taken&) {},
        [](seat_empty) {},
        [](seat_due) {},
    };
  }

private:
  template <class Answer, class Question>
  caf::result<Answer> pass(const Question& x) {
    auto promise = self_->template make_response_promise<Answer>();
    runtime::request(self_, real_, std::chrono::hours(1), x)
        .then([promise](Answer a) mutable { promise.deliver(std::move(a)); },
              [promise](const caf::error& why) mutable { promise.deliver(why); });
    return promise;
  }
  seat_actor::pointer self_;
  ledger_actor real_;
};

/// Asks for a whole read, and ends.
using asker_actor = runtime::interface<caf::result<void>(whole_due)>;
class asker {
public:
  static constexpr const char* name = "asker";
  asker(asker_actor::pointer self, whole_actor whom, std::function<void(whole_state)> then)
      : self_(self), whom_(std::move(whom)), then_(std::move(then)) {}
  asker_actor::behavior_type make_behavior() {
    runtime::request(self_, whom_, std::chrono::hours(1), whole_wanted{})
        .then(
            [this](const whole_report& x) {
              then_(x.state);
              self_->quit();
            },
            [this](const caf::error&) { self_->quit(); });
    return {[](whole_due) {}};
  }

private:
  asker_actor::pointer self_;
  whole_actor whom_;
  std::function<void(whole_state)> then_;
};

} // namespace troupe::test
