// SPDX-License-Identifier: BSD-3-Clause
#include "domain/bank/audit_derive.hpp"

#include <limits>

namespace troupe::bank {

namespace {

std::string of_account(account_id id, const std::string& what) {
  return "account " + account_name(id) + ": " + what;
}

std::string differs(account_id id, const char* what, amount found, amount expected) {
  return of_account(id, std::string{what} + " is " + std::to_string(found) + ", expected "
                            + std::to_string(expected));
}

bool fits(wide x) {
  return x >= std::numeric_limits<amount>::min() && x <= std::numeric_limits<amount>::max();
}

} // namespace

const account* derived_partition::find(account_id id) const {
  const auto at = accounts_.find(id);
  return at == accounts_.end() ? nullptr : &at->second;
}

const hold* derived_partition::find(const op_id& id) const {
  const auto at = holds_.find(id);
  return at == holds_.end() ? nullptr : &at->second;
}

currency derived_partition::unit_of(account_id id) const {
  const account* a = find(id);
  return a ? a->unit : currency::none;
}

std::string derived_partition::take(const record& r) {
  if (auto wrong = in_order(r); !wrong.empty())
    return wrong;
  if (auto wrong = names_its_fields(r.asked); !wrong.empty())
    return wrong;
  if (auto wrong = id_is_new(r.asked); !wrong.empty())
    return wrong;
  moved_ = 0;
  if (r.answer.error == fault::none) {
    if (auto wrong = act(r); !wrong.empty())
      return wrong;
  } else if (r.answer.pending) {
    return "was refused, yet is pending";
  }
  return receipt_is_true(r);
}

std::string derived_partition::in_order(const record& r) {
  if (r.answer.sequence != sequence_ + 1)
    return "follows sequence " + std::to_string(sequence_) + ", expected "
           + std::to_string(sequence_ + 1);
  ++sequence_;
  if (r.answer.time_ms < time_ms_)
    return "time runs back: " + std::to_string(r.answer.time_ms) + " after "
           + std::to_string(time_ms_);
  time_ms_ = r.answer.time_ms;
  return "";
}

/// What an operation of this kind does not take has to be absent.
std::string derived_partition::names_its_fields(const operation& op) const {
  using k = operation_kind;
  const auto has = [](bool there, bool taken, const char* what) {
    return there && !taken ? std::string{"has "} + what + ", which its kind does not take" : "";
  };
  const bool end = op.kind == k::settle || op.kind == k::give_back;
  if (auto wrong = has(op.why != fault::none, op.kind == k::give_back, "a reason"); !wrong.empty())
    return wrong;
  if (auto wrong = has(op.expires_ms != 0, op.kind == k::hold, "an expiry"); !wrong.empty())
    return wrong;
  const bool ends_hold = end || op.kind == k::post || op.kind == k::release || op.kind == k::expire;
  return has(bool{op.hold}, ends_hold, "a hold");
}

std::string derived_partition::id_is_new(const operation& op) {
  if (op.kind == operation_kind::expire)
    return op.id ? "an expiry has an id" : "";
  if (!op.id)
    return "has no id";
  const bool end = op.kind == operation_kind::settle || op.kind == operation_kind::give_back;
  auto& known = ids_[op.kind == operation_kind::receive ? 1 : end ? 2 : 0];
  return known.insert(op.id).second ? "" : "id " + to_string(op.id) + " was used before";
}

// -- what accepted operations do

std::string derived_partition::act(const record& r) {
  const operation& op = r.asked;
  const auto named = [&] {
    return op.kind == operation_kind::deposit || op.kind == operation_kind::receive ? op.to
                                                                                    : op.from;
  }();
  const auto outside = account_of(system_account::outside, unit_of(named));
  const auto in_flight = account_of(system_account::in_flight, unit_of(named));
  const bool leaves = where_.left_by(op);
  if (r.answer.pending != leaves)
    return leaves ? "leaves the partition, yet is not pending" : "is pending, yet stays here";
  switch (op.kind) {
  case operation_kind::open:
    return open(r);
  case operation_kind::close:
    return close(r);
  case operation_kind::deposit:
    return move(op, outside, op.to, op.value);
  case operation_kind::withdraw:
    return move(op, op.from, outside, op.value);
  case operation_kind::receive:
    return move(op, in_flight, op.to, op.value);
  case operation_kind::transfer:
    return leaves ? reserve(r) : move(op, op.from, op.to, op.value);
  case operation_kind::hold:
    return reserve(r);
  case operation_kind::post:
    return leaves ? send_on(r) : end_hold(r);
  case operation_kind::release:
  case operation_kind::expire:
  case operation_kind::settle:
  case operation_kind::give_back:
    return end_hold(r);
  }
  return "is of no known kind";
}

std::string derived_partition::open(const record& r) {
  const operation& op = r.asked;
  if (find(op.to) || is_system(op.to) || op.to == no_account || !where_.owns(op.to))
    return of_account(op.to, "cannot be opened here, or again");
  if (op.unit == currency::none || op.value < 0)
    return of_account(op.to, "was opened without currency, or with an overdraft below 0");
  accounts_[op.to] = {.id = op.to, .unit = op.unit, .overdraft_max = op.value};
  return "";
}

std::string derived_partition::close(const record& r) {
  const auto at = accounts_.find(r.asked.from);
  if (at == accounts_.end() || at->second.closed)
    return of_account(r.asked.from, "was closed, but is not open");
  if (at->second.balance != 0 || at->second.held != 0)
    return of_account(r.asked.from, "was closed with " + std::to_string(at->second.balance)
                                        + " and " + std::to_string(at->second.held) + " held");
  at->second.closed = true;
  return "";
}

std::string derived_partition::move(const operation& op, account_id from, account_id to,
                                    amount value) {
  for (const auto id : {from, to}) {
    if (is_system(id) && static_cast<currency>(id & 0xffffffff) != currency::none)
      accounts_.try_emplace(id, account{.id = id, .unit = static_cast<currency>(id & 0xffffffff)});
    const account* a = find(id);
    if (!a || a->closed)
      return of_account(id, a ? "moved money, but is closed" : "moved money, but is not open");
  }
  account& source = accounts_.at(from);
  account& target = accounts_.at(to);
  if (value <= 0 || from == to)
    return of_account(from, "moved " + std::to_string(value) + " to account " + account_name(to));
  if (source.unit != target.unit || (op.unit != currency::none && op.unit != source.unit))
    return of_account(from, "moved " + to_string(source.unit) + " to account " + account_name(to)
                                + " in " + to_string(target.unit));
  if (!fits(wide{source.balance} - value) || !fits(wide{target.balance} + value))
    return of_account(from, "moved " + std::to_string(value) + ", beyond 64 bits");
  source.balance -= value;
  target.balance += value;
  moved_ = value;
  const auto wrong = stays_in_bounds(from);
  return op.kind == operation_kind::post || op.kind == operation_kind::settle ? "" : wrong;
}

std::string derived_partition::reserve(const record& r) {
  const operation& op = r.asked;
  const auto at = accounts_.find(op.from);
  if (at == accounts_.end() || at->second.closed)
    return of_account(op.from, "money was held, but it is not open");
  if (op.value <= 0 || !fits(wide{at->second.held} + op.value))
    return of_account(op.from, std::to_string(op.value) + " was held");
  if (op.expires_ms != 0 && op.expires_ms <= r.answer.time_ms)
    return of_account(op.from, "a hold began expired");
  at->second.held += op.value;
  holds_[op.id] = {.id = op.id,
                   .from = op.from,
                   .to = r.answer.pending ? op.to : no_account,
                   .value = op.value,
                   .expires_ms = op.expires_ms,
                   .outgoing = r.answer.pending};
  moved_ = op.value;
  return stays_in_bounds(op.from);
}

std::string derived_partition::end_hold(const record& r) {
  const operation& op = r.asked;
  const auto at = holds_.find(op.hold);
  if (at == holds_.end() || at->second.from != op.from)
    return of_account(op.from, "has no hold " + to_string(op.hold));
  hold& h = at->second;
  if (h.state != hold_state::open)
    return of_account(op.from, "hold " + to_string(op.hold) + " ends twice");
  const bool transfers = op.kind == operation_kind::settle || op.kind == operation_kind::give_back;
  if (h.outgoing != transfers)
    return of_account(op.from, "hold " + to_string(op.hold) + " ends as what it is not");
  if (transfers && (op.id != op.hold || op.to != h.to || op.value != h.value))
    return of_account(op.from, "transfer " + to_string(op.hold) + " ends as another");
  const bool over = h.expires_ms != 0 && h.expires_ms <= r.answer.time_ms;
  if (!transfers && over != (op.kind == operation_kind::expire))
    return of_account(op.from,
                      "hold " + to_string(op.hold)
                          + (over ? " was used after its time" : " expired before its time"));
  const amount value = op.kind == operation_kind::post && op.value != 0 ? op.value : h.value;
  if (value <= 0 || value > h.value)
    return of_account(op.from, "posted " + std::to_string(value) + " of " + std::to_string(h.value)
                                   + " held");
  std::string wrong;
  if (op.kind == operation_kind::post && !where_.left_by(op))
    wrong = move(op, op.from, op.to, value);
  if (op.kind == operation_kind::settle)
    wrong = move(op, op.from, account_of(system_account::in_flight, unit_of(op.from)), value);
  accounts_.at(op.from).held -= h.value;
  const bool used = op.kind == operation_kind::post || op.kind == operation_kind::settle;
  h.state = used                                ? hold_state::posted
            : op.kind == operation_kind::expire ? hold_state::expired
                                                : hold_state::released;
  h.closed_by = r.answer.sequence;
  moved_ = value;
  return wrong.empty() ? stays_in_bounds(op.from) : wrong;
}

/// A post to another partition: the hold ends, and what is posted of it is held under the post's
/// id.
std::string derived_partition::send_on(const record& r) {
  const operation& op = r.asked;
  if (auto wrong = end_hold(r); !wrong.empty())
    return wrong;
  account& from = accounts_.at(op.from);
  if (op.unit != currency::none && op.unit != from.unit)
    return of_account(op.from, "posted " + to_string(from.unit) + " as " + to_string(op.unit));
  from.held += moved_;
  holds_[op.id] = {.id = op.id, .from = op.from, .to = op.to, .value = moved_, .outgoing = true};
  return stays_in_bounds(op.from);
}

// -- what must hold after each

std::string derived_partition::stays_in_bounds(account_id id) const {
  const account& a = accounts_.at(id);
  if (is_system(id))
    return "";
  if (a.held < 0)
    return of_account(id, "held is " + std::to_string(a.held));
  if (wide{a.balance} - a.held < -wide{a.overdraft_max})
    return of_account(id, "balance is " + std::to_string(a.balance) + " with "
                              + std::to_string(a.held) + " held, below an overdraft of "
                              + std::to_string(a.overdraft_max));
  return "";
}

std::string derived_partition::receipt_is_true(const record& r) const {
  const receipt& told = r.answer;
  if (told.id != r.asked.id)
    return "the receipt is for id " + to_string(told.id);
  const account* from = find(r.asked.from);
  const account* to = find(r.asked.to);
  if (told.moved != moved_)
    return differs(from ? r.asked.from : r.asked.to, "moved", told.moved, moved_);
  if (const amount is = from ? from->balance : 0; told.from_balance != is)
    return differs(r.asked.from, "balance in the receipt", told.from_balance, is);
  if (const amount is = from ? from->held : 0; told.from_held != is)
    return differs(r.asked.from, "held in the receipt", told.from_held, is);
  const bool by_far_end =
      r.asked.kind == operation_kind::settle || r.asked.kind == operation_kind::give_back;
  if (const amount is = by_far_end ? r.asked.far_balance
                        : to       ? to->balance
                                   : 0;
      told.to_balance != is)
    return differs(r.asked.to, "balance in the receipt", told.to_balance, is);
  return "";
}

} // namespace troupe::bank
