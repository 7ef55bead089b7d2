// SPDX-License-Identifier: BSD-3-Clause
//
// What is behind class ledger: ledger.cpp is its face and the way of one operation, from its form
// to its record; ledger_rules.cpp has the rules; ledger_book.hpp keeps what they move.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "domain/bank/ledger.hpp"
#include "domain/bank/ledger_book.hpp"

namespace troupe::bank {

struct ledger::impl {
  impl(partition w, ledger_limits b) : where(w), bounds(b) {}

  receipt one(const operation& op, record_source& old, bool alone);
  receipt again(const operation& op, std::uint64_t sequence, record_source& old) const;
  std::optional<record> record_of(std::uint64_t sequence, record_source& old) const;
  receipt write(const operation& op, receipt answer);
  fault room(const operation& op) const;
  fault act(const operation& op, receipt& answer, bool alone);

  fault open(const operation& op);
  fault close(const operation& op);
  fault deposit(const operation& op, receipt& answer, system_account source);
  fault withdraw(const operation& op, receipt& answer);
  fault transfer(const operation& op, receipt& answer, bool alone);
  fault reserve(const operation& op, receipt& answer, bool leaves);
  fault post(const operation& op, receipt& answer, bool alone);
  void send_on(const operation& op, amount value);
  bool can_settle(currency unit, amount value) const;
  fault release(const operation& op, receipt& answer);
  fault finish(const operation& op, receipt& answer);
  fault usable(const account* a, currency unit) const;
  hold* open_hold(const operation& op, fault& why);
  void end_hold(hold& h, account& of, hold_state how);
  void tell_balances(const operation& op, receipt& answer) const;

  partition where;
  ledger_limits bounds;
  book books;
  std::map<currency, __int128> outgoing; ///< on its way to other partitions
  std::int64_t time_ms = 0;
};

} // namespace troupe::bank
