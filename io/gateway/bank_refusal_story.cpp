// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/bank_refusal_story.hpp"

#include <functional>
#include <utility>

#include "io/gateway/bank_answers.hpp"

namespace troupe::gateway {

namespace {

/// One question after the other: each answer asks the next.
struct story : std::enable_shared_from_this<story> {
  story(bank_service& s, const bank::operation& o, const bank::receipt& r, const io::answerer& a)
      : service(s), op(o), receipt(r), answer(a) {}

  void tell() const { answer.send(bank_problem(op, receipt, facts)); }

  void ask_account(bank::account_id id, std::optional<bank::account> bank_facts::*to,
                   std::function<void()> then) {
    if (id == bank::no_account)
      return then();
    service.ask(account_question{id},
                [self = shared_from_this(), to, then = std::move(then)](const account_answer& got) {
                  if (got.error == fault::none && got.refusal == bank::fault::none)
                    self->facts.*to = got.state;
                  else if (got.error != fault::none || got.refusal != bank::fault::no_account)
                    return self->tell(); // without what could not be had
                  then();
                });
  }

  void ask_accounts() {
    ask_account(op.from, &bank_facts::from, [self = shared_from_this()] {
      self->ask_account(self->op.to, &bank_facts::to, [self] {
        self->facts.known = true;
        self->tell();
      });
    });
  }

  void ask_hold() {
    service.ask(hold_question{op.hold}, [self = shared_from_this()](const hold_answer& got) {
      for (const auto& h : got.found)
        if (h.from == self->op.from)
          self->facts.hold = h;
      self->tell();
    });
  }

  bank_service& service;
  const bank::operation op;
  const bank::receipt receipt;
  const io::answerer answer;
  bank_facts facts;
};

} // namespace

void tell_refusal(bank_service& service, const bank::operation& op, const bank::receipt& r,
                  const io::answerer& answer,
                  const std::shared_ptr<const std::atomic<bool>>& gone) {
  const auto told = std::make_shared<story>(service, op, r, answer);
  const bool two = op.from != bank::no_account && op.to != bank::no_account;
  if (gone->load())
    told->tell();
  else if (r.error == bank::fault::currency_mismatch
           || (r.error == bank::fault::no_account && two && !r.given_back))
    told->ask_accounts();
  else if (r.error == bank::fault::exceeds_hold)
    told->ask_hold();
  else
    told->tell();
}

} // namespace troupe::gateway
