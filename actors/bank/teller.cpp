// SPDX-License-Identifier: BSD-3-Clause
#include "actors/bank/teller.hpp"

#include <utility>

#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"

namespace troupe::bank {

void draw_teller::act() {
  ask(errand_.from_account, withdraw{errand_.amount}, [this](const account_slip& x) {
    if (x.fault == draw_fault::none)
      done(deed::drew, errand_.from_account, x);
    else
      refused(errand_.from_account, x.fault);
    leave();
  });
}

void trap_teller::begin() {
  ask(errand_.from_account, balance_wanted{}, [this](const account_slip& x) {
    seen_ = x.balance;
    tell({.what = deed::saw, .account = errand_.from_account, .amount = seen_});
    if (const auto why = check_draw(seen_, errand_.amount); why != draw_fault::none) {
      refused(errand_.from_account, why);
      return leave();
    }
    pause();
  });
}

void trap_teller::act() {
  // `seen_` is what the account held once. What it holds now, only the account knows.
  ask(errand_.from_account, set_balance{seen_ - errand_.amount}, [this](const account_slip& x) {
    done(deed::drew, errand_.from_account, x);
    leave();
  });
}

void transfer_teller::act() {
  ask(errand_.from_account, withdraw{errand_.amount}, [this](const account_slip& x) {
    if (x.fault != draw_fault::none) {
      refused(errand_.from_account, x.fault);
      return leave();
    }
    done(deed::drew, errand_.from_account, x);
    pay_in();
  });
}

void transfer_teller::pay_in() {
  ask(errand_.to_account, deposit{errand_.amount}, [this](const account_slip& x) {
    if (x.fault != draw_fault::none)
      return give_back(x.fault);
    done(deed::paid_in, errand_.to_account, x);
    leave();
  });
}

void transfer_teller::give_back(draw_fault why) {
  refused(errand_.to_account, why);
  ask(errand_.from_account, deposit{errand_.amount}, [this](const account_slip& x) {
    if (x.fault == draw_fault::none)
      done(deed::refunded, errand_.from_account, x);
    else
      refused(errand_.from_account, x.fault);
    leave();
  });
}

teller_actor::behavior_type teller::make_behavior() {
  begin();
  return {[this](pause_over) { act(); }};
}

teller::teller(teller_actor::pointer self, teller_errand errand)
    : self_(self), errand_(std::move(errand)) {}

void teller::pause() {
  if (errand_.pause > caf::timespan{0})
    runtime::send_after(self_, errand_.pause, teller_actor{self_}, pause_over{});
  else
    act();
}

template <class Request, class Then>
void teller::ask(std::uint32_t account, Request what, Then then) {
  const auto& whom = account == errand_.from_account ? errand_.from : errand_.to;
  runtime::request(self_, whom, errand_.deadline, what)
      .then(then, [this, account](const caf::error&) {
        tell({.what = deed::lost_sight, .account = account, .amount = errand_.amount});
        leave();
      });
}

void teller::done(deed what, std::uint32_t account, const account_slip& slip) {
  tell({.what = what, .account = account, .amount = errand_.amount});
  tell({.what = deed::remains, .account = account, .amount = slip.balance});
}

void teller::refused(std::uint32_t account, draw_fault why) {
  tell({.what = deed::refused, .account = account, .amount = errand_.amount, .why = why});
}

void teller::tell(race_step step) {
  step.who = errand_.who;
  errand_.tell(std::move(step));
}

void teller::leave() {
  errand_.from = nullptr; // an account that nobody knows any more ends
  errand_.to = nullptr;
  self_->quit();
}

} // namespace troupe::bank
