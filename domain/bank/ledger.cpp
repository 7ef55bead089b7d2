// SPDX-License-Identifier: BSD-3-Clause
#include "domain/bank/ledger.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "domain/bank/ledger_book.hpp"

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

/// Refusals that say nothing about the operation's id: it is not used up by them.
bool leaves_no_trace(fault f) {
  return f == fault::bad_operation || f == fault::id_missing || f == fault::ledger_full
         || f == fault::wrong_partition || f == fault::id_reused || f == fault::store_failed;
}

} // namespace

struct ledger::impl {
  impl(partition w, ledger_limits b) : where(w), bounds(b) {}

  receipt one(const operation& op, record_source& old, bool alone);
  receipt again(const operation& op, std::uint64_t sequence, record_source& old);
  receipt write(const operation& op, receipt answer);
  fault room(const operation& op) const;
  fault act(const operation& op, receipt& answer, bool alone);

  fault open(const operation& op);
  fault close(const operation& op);
  fault deposit(const operation& op, receipt& answer, system_account source);
  fault withdraw(const operation& op, receipt& answer);
  fault transfer(const operation& op, receipt& answer, bool alone);
  fault reserve(const operation& op, receipt& answer, bool outgoing);
  fault post(const operation& op, receipt& answer, bool alone);
  void send_on(const operation& op, amount value);
  fault release(const operation& op, receipt& answer);
  fault finish(const operation& op, receipt& answer);
  fault usable(const account* a, currency unit) const;
  hold* open_hold(const operation& op, fault& why);
  void end_hold(hold& h, account& of, hold_state how);
  void tell_balances(const operation& op, receipt& answer) const;

  partition where;
  ledger_limits bounds;
  book books;
  std::int64_t time_ms = 0;
};

// -- one operation

receipt ledger::impl::one(const operation& op, record_source& old, bool alone) {
  receipt answer{.id = op.id, .time_ms = time_ms};
  if (answer.error = check_form(op); answer.error != fault::none)
    return answer;
  const bool here = op.kind != operation_kind::receive && op.from != no_account
                        ? where.owns(op.from)
                        : where.owns(op.to);
  if (!here) {
    answer.error = fault::wrong_partition;
    return answer;
  }
  if (const auto before = books.sequence_of(op.id, leg_of(op.kind)))
    return again(op, *before, old);
  if (answer.error = room(op); answer.error != fault::none)
    return answer;
  answer.error = act(op, answer, alone);
  if (leaves_no_trace(answer.error))
    return answer;
  return write(op, answer);
}

receipt ledger::impl::write(const operation& op, receipt answer) {
  if (answer.error != fault::none)
    answer.moved = 0;
  tell_balances(op, answer);
  answer.sequence = books.last_sequence() + 1;
  books.remember({op, answer});
  return answer;
}

/// An id that came before.
receipt ledger::impl::again(const operation& op, std::uint64_t sequence, record_source& old) {
  const auto look = [&](std::uint64_t at) {
    const record* recent = books.uncommitted(at);
    return recent ? std::optional{*recent} : old.record_at(at);
  };
  receipt answer{.id = op.id, .time_ms = time_ms};
  const auto first = look(sequence);
  if (!first) {
    answer.error = fault::store_failed;
    return answer;
  }
  if (first->asked != op) {
    answer.error = fault::id_reused;
    return answer;
  }
  if (!first->answer.pending)
    return first->answer;
  const hold* sent = books.find(op.id);
  if (!sent || sent->closed_by == 0)
    return first->answer;
  const auto end = look(sent->closed_by);
  answer.error = fault::store_failed;
  return end ? final_receipt(*end) : answer;
}

/// Each operation may add an account, a hold and an id; and each open hold will end.
fault ledger::impl::room(const operation& op) const {
  if (!from_client(op.kind))
    return fault::none; // money on its way must arrive
  constexpr std::uint64_t system_accounts = 2;
  const bool full = books.id_count() >= bounds.ids_max
                    || books.account_count() + system_accounts >= bounds.accounts_max
                    || books.hold_count() >= bounds.holds_max;
  return full ? fault::ledger_full : fault::none;
}

fault ledger::impl::act(const operation& op, receipt& answer, bool alone) {
  switch (op.kind) {
  case operation_kind::open:
    return open(op);
  case operation_kind::close:
    return close(op);
  case operation_kind::release:
    return release(op, answer);
  case operation_kind::settle:
  case operation_kind::give_back:
    return finish(op, answer);
  case operation_kind::post:
    return op.value < 0 ? fault::amount_not_positive : post(op, answer, alone);
  default:
    break;
  }
  if (op.value <= 0)
    return fault::amount_not_positive;
  switch (op.kind) {
  case operation_kind::deposit:
    return deposit(op, answer, system_account::outside);
  case operation_kind::receive:
    return deposit(op, answer, system_account::in_flight);
  case operation_kind::withdraw:
    return withdraw(op, answer);
  case operation_kind::transfer:
    return transfer(op, answer, alone);
  case operation_kind::hold:
    return reserve(op, answer, false);
  default:
    return fault::bad_operation;
  }
}

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

fault ledger::impl::reserve(const operation& op, receipt& answer, bool outgoing) {
  account* from = books.find(op.from);
  if (const fault f = usable(from, op.unit); f != fault::none)
    return f;
  if (op.expires_ms != 0 && op.expires_ms <= time_ms)
    return fault::expiry_past;
  if (!has_funds(*from, op.value))
    return fault::insufficient_funds;
  const auto held = add(from->held, op.value);
  if (!held)
    return fault::overflow;
  books.touch(*from);
  from->held = *held;
  books.make(hold{.id = op.id,
                  .from = op.from,
                  .to = outgoing ? op.to : no_account,
                  .value = op.value,
                  .expires_ms = op.expires_ms,
                  .outgoing = outgoing});
  answer.moved = op.value;
  answer.pending = outgoing;
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

// -- the face

ledger::ledger(partition where, ledger_limits bounds)
    : impl_(std::make_unique<impl>(where, bounds)) {}
ledger::~ledger() = default;
ledger::ledger(ledger&&) noexcept = default;
ledger& ledger::operator=(ledger&&) noexcept = default;

void ledger::restore(const account& a) {
  impl_->books.make(a);
  impl_->books.forget_changes();
}

void ledger::restore(const hold& h) {
  impl_->books.make(h);
  impl_->books.forget_changes();
}

void ledger::restore(const operation& asked, std::uint64_t sequence, std::int64_t time_ms) {
  impl_->books.restore_id(asked, sequence);
  impl_->time_ms = std::max(impl_->time_ms, time_ms);
}

receipt ledger::apply(const operation& op, std::int64_t now_ms, record_source& old) {
  expire(now_ms);
  return impl_->one(op, old, true);
}

std::vector<receipt> ledger::apply(std::span<const operation> ops, bool all_or_nothing,
                                   std::int64_t now_ms, record_source& old) {
  std::vector<receipt> answers;
  answers.reserve(ops.size());
  expire(now_ms);
  impl& my = *impl_;
  if (ops.size() > my.bounds.batch_operations_max) {
    for (const operation& op : ops)
      answers.push_back({.id = op.id, .error = fault::batch_too_large, .time_ms = my.time_ms});
    return answers;
  }
  if (all_or_nothing)
    my.books.begin();
  for (const operation& op : ops)
    answers.push_back(my.one(op, old, !all_or_nothing));
  if (!all_or_nothing)
    return answers;
  const auto refused = [](const receipt& r) { return r.error != fault::none; };
  if (std::none_of(answers.begin(), answers.end(), refused)) {
    my.books.keep();
    return answers;
  }
  my.books.undo();
  for (std::size_t i = 0; i < ops.size(); ++i)
    answers[i] = {.id = ops[i].id,
                  .error = refused(answers[i]) ? answers[i].error : fault::batch_refused,
                  .time_ms = my.time_ms};
  return answers;
}

void ledger::expire(std::int64_t now_ms) {
  impl& my = *impl_;
  my.time_ms = std::max(my.time_ms, now_ms);
  while (hold* h = my.books.next_due(my.time_ms)) {
    const operation ended{
        .kind = operation_kind::expire, .from = h->from, .value = h->value, .hold = h->id};
    my.end_hold(*h, *my.books.find(h->from), hold_state::expired);
    my.write(ended, {.time_ms = my.time_ms, .moved = h->value});
  }
}

change_set ledger::changes() { return impl_->books.changes(); }
void ledger::committed() { impl_->books.committed(); }

partition ledger::where() const { return impl_->where; }
const account* ledger::find_account(account_id id) const {
  return std::as_const(impl_->books).find(id);
}
const hold* ledger::find_hold(const op_id& id) const {
  return std::as_const(impl_->books).find(id);
}
std::uint64_t ledger::last_sequence() const { return impl_->books.last_sequence(); }
std::int64_t ledger::last_time_ms() const { return impl_->time_ms; }
std::optional<std::int64_t> ledger::next_expiry_ms() const { return impl_->books.next_expiry_ms(); }

std::vector<operation> ledger::open_transfers() const {
  std::vector<operation> open;
  for (const hold& h : impl_->books.holds()) {
    if (!h.outgoing || h.state != hold_state::open)
      continue;
    const account* from = std::as_const(impl_->books).find(h.from);
    open.push_back(transfer_of({.id = h.id, .from = h.from, .to = h.to}, h.value, from->unit));
  }
  return open;
}

std::vector<account> ledger::accounts() const {
  std::vector<account> all = impl_->books.accounts();
  std::sort(all.begin(), all.end(), [](const account& a, const account& b) { return a.id < b.id; });
  return all;
}

} // namespace troupe::bank
