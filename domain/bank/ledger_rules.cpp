// SPDX-License-Identifier: BSD-3-Clause
#include <limits>

#include "domain/bank/ledger_impl.hpp"

namespace troupe::bank {

namespace {

/// Two of them or their sum may need more than 64 bits.
using wide = __int128;

bool has_funds(const account& a, amount value) {
  return is_system(a.id) || wide{a.balance} + a.overdraft_max - a.held >= value;
}

/// Returns: false, and nothing moved, if a balance would not fit.
bool move(account& from, account& to, amount value) {
  const auto less = subtract(from.balance, value);
  const auto more = add(to.balance, value);
  if (!less || !more)
    return false;
  from.balance = *less;
  to.balance = *more;
  return true;
}

} // namespace

// -- the rules

fault ledger::impl::usable(const account* a, currency unit) const {
  if (a == nullptr)
    return fault::no_account;
  if (a->closed)
    return fault::closed;
  return unit != currency::none && unit != a->unit ? fault::currency_mismatch : fault::none;
}

fault ledger::impl::open(const operation& op) {
  if (books.find(op.to) != nullptr)
    return fault::account_exists;
  books.make({.id = op.to, .unit = op.unit, .overdraft_max = op.value});
  return fault::none;
}

fault ledger::impl::close(const operation& op) {
  account* a = books.find(op.from);
  if (const fault f = usable(a, op.unit); f != fault::none)
    return f;
  if (a->balance != 0 || a->held != 0)
    return fault::not_empty;
  books.touch(*a);
  a->closed = true;
  return fault::none;
}

fault ledger::impl::deposit(const operation& op, receipt& answer, system_account source) {
  if (const fault f = usable(books.find(op.to), op.unit); f != fault::none)
    return f;
  account& from = books.system(source, books.find(op.to)->unit);
  account& to = *books.find(op.to); // looked up last: making an account moves the others
  books.touch(from);
  books.touch(to);
  answer.moved = op.value;
  return move(from, to, op.value) ? fault::none : fault::overflow;
}

fault ledger::impl::withdraw(const operation& op, receipt& answer) {
  if (const fault f = usable(books.find(op.from), op.unit); f != fault::none)
    return f;
  if (!has_funds(*books.find(op.from), op.value))
    return fault::insufficient_funds;
  account& to = books.system(system_account::outside, books.find(op.from)->unit);
  account& from = *books.find(op.from);
  books.touch(from);
  books.touch(to);
  answer.moved = op.value;
  return move(from, to, op.value) ? fault::none : fault::overflow;
}

fault ledger::impl::transfer(const operation& op, receipt& answer, bool alone) {
  if (op.from == op.to)
    return fault::same_account;
  if (!where.owns(op.to))
    return alone ? reserve(op, answer, true) : fault::wrong_partition;
  account* from = books.find(op.from);
  account* to = books.find(op.to);
  if (const fault f = usable(from, op.unit); f != fault::none)
    return f;
  if (const fault f = usable(to, from->unit); f != fault::none)
    return f;
  if (!has_funds(*from, op.value))
    return fault::insufficient_funds;
  books.touch(*from);
  books.touch(*to);
  answer.moved = op.value;
  return move(*from, *to, op.value) ? fault::none : fault::overflow;
}

fault ledger::impl::reserve(const operation& op, receipt& answer, bool leaves) {
  account* from = books.find(op.from);
  if (const fault f = usable(from, op.unit); f != fault::none)
    return f;
  if (op.expires_ms != 0 && op.expires_ms <= time_ms)
    return fault::expiry_past;
  if (!has_funds(*from, op.value))
    return fault::insufficient_funds;
  const auto held = add(from->held, op.value);
  if (!held || (leaves && !can_settle(from->unit, op.value)))
    return fault::overflow;
  if (leaves)
    outgoing[from->unit] += op.value;
  books.touch(*from);
  from->held = *held;
  books.make(hold{.id = op.id,
                  .from = op.from,
                  .to = leaves ? op.to : no_account,
                  .value = op.value,
                  .expires_ms = op.expires_ms,
                  .outgoing = leaves});
  answer.moved = op.value;
  answer.pending = leaves;
  return fault::none;
}

/// Returns: the client's hold that `op` names, if it is open; else nullptr, and why.
hold* ledger::impl::open_hold(const operation& op, fault& why) {
  hold* h = books.find(op.hold);
  why = fault::none;
  if (h == nullptr || h->outgoing || h->from != op.from)
    why = fault::no_hold;
  else if (h->state == hold_state::expired)
    why = fault::hold_expired;
  else if (h->state != hold_state::open)
    why = fault::hold_closed;
  return why == fault::none ? h : nullptr;
}

/// Frees what it held; the record that says so is the next one.
void ledger::impl::end_hold(hold& h, account& of, hold_state how) {
  books.touch(of);
  of.held -= h.value;
  books.touch(h);
  h.state = how;
  h.closed_by = books.last_sequence() + 1;
}

fault ledger::impl::post(const operation& op, receipt& answer, bool alone) {
  fault why{};
  hold* h = open_hold(op, why);
  if (h == nullptr)
    return why;
  if (op.from == op.to)
    return fault::same_account;
  const bool leaves = !where.owns(op.to);
  if (leaves && !alone)
    return fault::wrong_partition;
  const amount value = op.value != 0 ? op.value : h->value;
  if (value > h->value)
    return fault::exceeds_hold;
  account& from = *books.find(op.from);
  account* to = books.find(op.to);
  if (op.unit != currency::none && op.unit != from.unit)
    return fault::currency_mismatch;
  answer.moved = value;
  if (leaves) {
    if (!can_settle(from.unit, value))
      return fault::overflow;
    answer.pending = true;
    end_hold(*h, from, hold_state::posted);
    send_on(op, value);
    return fault::none;
  }
  if (const fault f = usable(to, from.unit); f != fault::none)
    return f;
  books.touch(from);
  books.touch(*to);
  if (!move(from, *to, value))
    return fault::overflow;
  end_hold(*h, from, hold_state::posted);
  return fault::none;
}

/// Reserves what leaves for another partition, of money that was just freed: it fits.
void ledger::impl::send_on(const operation& op, amount value) {
  account& from = *books.find(op.from);
  books.touch(from);
  from.held += value;
  outgoing[from.unit] += value;
  books.make(hold{.id = op.id, .from = op.from, .to = op.to, .value = value, .outgoing = true});
}

fault ledger::impl::release(const operation& op, receipt& answer) {
  fault why{};
  hold* h = open_hold(op, why);
  if (h == nullptr)
    return why;
  end_hold(*h, *books.find(op.from), hold_state::released);
  answer.moved = h->value;
  return fault::none;
}

/// Returns: whether in-flight's balance will fit once all that is on its way is settled. Nothing
/// may leave that the other partition could receive and this one not settle.
bool ledger::impl::can_settle(currency unit, amount value) const {
  const account* a = books.find(account_of(system_account::in_flight, unit));
  const auto at = outgoing.find(unit);
  const wide most = wide{a ? a->balance : 0} + (at != outgoing.end() ? at->second : 0) + value;
  return most <= std::numeric_limits<amount>::max();
}

/// The near end of what went to another partition.
fault ledger::impl::finish(const operation& op, receipt& answer) {
  const hold* sent = books.find(op.hold);
  if (sent == nullptr || !sent->outgoing || op.hold != op.id || sent->from != op.from
      || sent->to != op.to || sent->value != op.value || sent->state != hold_state::open)
    return fault::bad_operation;
  const bool received = op.kind == operation_kind::settle;
  if (received)
    books.system(system_account::in_flight, books.find(op.from)->unit);
  account& from = *books.find(op.from);
  if (received) {
    account& to = books.system(system_account::in_flight, from.unit);
    books.touch(from);
    books.touch(to);
    if (!move(from, to, op.value))
      return fault::overflow;
  }
  outgoing[from.unit] -= op.value;
  end_hold(*books.find(op.hold), from, received ? hold_state::posted : hold_state::released);
  answer.moved = op.value;
  return fault::none;
}

void ledger::impl::tell_balances(const operation& op, receipt& answer) const {
  if (const account* from = books.find(op.from); from && where.owns(op.from)) {
    answer.from_balance = from->balance;
    answer.from_held = from->held;
  }
  if (const account* to = books.find(op.to); to && where.owns(op.to))
    answer.to_balance = to->balance;
  if (leg_of(op.kind) == id_leg::end)
    answer.to_balance = op.far_balance;
}

} // namespace troupe::bank
