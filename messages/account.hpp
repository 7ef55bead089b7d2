// SPDX-License-Identifier: BSD-3-Clause
//
// What may be said to the account of the teaching example, and among those who race for it.
//
//   teller -- withdraw, deposit -------> account,  answered by account_slip
//   teller -- balance_wanted -----------> account,  answered by account_slip
//   teller -- set_balance --------------> account,  answered by account_slip     (the trap)
//   teller -- race_step ---------------> umpire    what it did, for the story
//
// Known limits: no ids, so that a request whose answer got lost cannot be told from one that never
// arrived; nothing is kept on disk. The ledger does both.
#pragma once

#include <cstdint>

#include "domain/bank/account.hpp"
#include "domain/bank/race.hpp"
#include "runtime/port.hpp"

namespace troupe::bank {

struct withdraw;
struct deposit;
struct balance_wanted;
struct set_balance;
struct account_slip;
struct pause_over;

/// Owns one balance. Every request is answered by a slip.
using account_actor =
    runtime::interface<caf::result<account_slip>(withdraw), caf::result<account_slip>(deposit),
                       caf::result<account_slip>(balance_wanted),
                       caf::result<account_slip>(set_balance)>;

/// Goes to one account or two, does its errand, and ends.
using teller_actor = runtime::interface<caf::result<void>(pause_over)>; // to itself

/// Writes down the story of a round; looks into the accounts when all tellers have gone.
using umpire_actor = runtime::interface<caf::result<void>(race_step)>; // from the tellers

/// Teller to account: pay out `amount`, in minor units (cents). Reply: account_slip.
struct withdraw {
  std::int64_t amount = 0;
};

/// Teller to account: take in `amount`. Reply: account_slip.
struct deposit {
  std::int64_t amount = 0;
};

/// Teller to account: what do you hold? Reply: account_slip.
struct balance_wanted {};

/// Teller to account: hold this much from now on. Reply: account_slip. It is here to show what goes
/// wrong: whoever computes `balance` from an earlier answer overwrites what happened since.
struct set_balance {
  std::int64_t balance = 0;
};

/// The account's answer: whether it was done (`fault` is none), and what it holds now.
struct account_slip {
  draw_fault fault = draw_fault::none;
  std::int64_t balance = 0;
};

/// Teller to itself: you have paused long enough. Public because a typed interface must name all
/// that its actor hears.
struct pause_over {};

TROUPE_INSPECT_ENUM(draw_fault)
TROUPE_INSPECT_ENUM(deed)

template <class Inspector>
auto inspect(Inspector& f, withdraw& x) {
  return runtime::fields(f, x, "withdraw", runtime::field("amount", x.amount));
}
template <class Inspector>
auto inspect(Inspector& f, deposit& x) {
  return runtime::fields(f, x, "deposit", runtime::field("amount", x.amount));
}
template <class Inspector>
auto inspect(Inspector& f, balance_wanted& x) {
  return runtime::fields(f, x, "balance_wanted");
}
template <class Inspector>
auto inspect(Inspector& f, set_balance& x) {
  return runtime::fields(f, x, "set_balance", runtime::field("balance", x.balance));
}
template <class Inspector>
auto inspect(Inspector& f, account_slip& x) {
  return runtime::fields(f, x, "account_slip", runtime::field("fault", x.fault),
                         runtime::field("balance", x.balance));
}
template <class Inspector>
auto inspect(Inspector& f, pause_over& x) {
  return runtime::fields(f, x, "pause_over");
}
template <class Inspector>
auto inspect(Inspector& f, race_step& x) {
  using runtime::field;
  return runtime::fields(f, x, "race_step", field("who", x.who), field("what", x.what),
                         field("account", x.account), field("amount", x.amount),
                         field("why", x.why), field("other", x.other));
}

} // namespace troupe::bank
