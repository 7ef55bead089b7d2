// SPDX-License-Identifier: BSD-3-Clause
//
// The first actor to read. An actor is an object that nobody can touch: others can only send it
// messages, and it handles one message at a time. So what it owns needs no lock.
//
//   account_owner(self, 1000)     it is born with its balance
//   make_behavior()               says what it does for each message; here: ask the rule, answer
//   account_                      its own, and nobody else has a pointer to it
//
// The tutorial's race needs a moment between "is there enough?" and "take it" in which another
// teller can act. plain_account::draw() does both, and the next message waits until it returned.
#pragma once

#include "domain/bank/account.hpp"
#include "messages/account.hpp"

namespace troupe::bank {

/// Owns one account; tellers ask it, from any thread, any process.
/// Source: the tutorial's account with a lock, without the lock.
class account_owner {
public:
  static constexpr const char* name = "account";
  account_owner(account_actor::pointer self, std::int64_t balance);
  account_actor::behavior_type make_behavior();

private:
  account_slip slip(draw_fault fault) const;

  plain_account account_;
};

} // namespace troupe::bank
