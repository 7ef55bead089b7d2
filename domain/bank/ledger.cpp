// SPDX-License-Identifier: BSD-3-Clause
#include "domain/bank/ledger.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "domain/bank/ledger_impl.hpp"

namespace troupe::bank {

namespace {

/// Refusals that say nothing about the operation's id: it is not used up by them.
bool leaves_no_trace(fault f) {
  return f == fault::bad_operation || f == fault::id_missing || f == fault::ledger_full
         || f == fault::wrong_partition || f == fault::id_reused || f == fault::store_failed;
}

} // namespace

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

std::optional<record> ledger::impl::record_of(std::uint64_t sequence, record_source& old) const {
  const record* recent = books.uncommitted(sequence);
  return recent ? std::optional{*recent} : old.record_at(sequence);
}

/// An id that came before.
receipt ledger::impl::again(const operation& op, std::uint64_t sequence, record_source& old) const {
  receipt answer{.id = op.id, .time_ms = time_ms};
  const auto first = record_of(sequence, old);
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
  const auto end = record_of(sent->closed_by, old);
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
  if (const account* from = impl_->books.find(h.from); from && h.outgoing && !h.closed_by)
    impl_->outgoing[from->unit] += h.value;
  impl_->books.make(h);
  impl_->books.forget_changes();
}

void ledger::expect(std::uint64_t records) {
  impl_->books.reserve_ids(std::min(records, impl_->bounds.ids_max));
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
std::optional<record> ledger::find_operation(const op_id& id, record_source& old) const {
  const auto at = impl_->books.sequence_of(id, id_leg::client);
  if (!at)
    return std::nullopt;
  const auto first = impl_->record_of(*at, old);
  if (!first)
    return record{{.id = id}, {.id = id, .error = fault::store_failed}};
  return record{first->asked, impl_->again(first->asked, *at, old)};
}
std::optional<record> ledger::find_arrival(const op_id& id, record_source& old) const {
  const auto at = impl_->books.sequence_of(id, id_leg::receive);
  if (!at)
    return std::nullopt;
  const auto found = impl_->record_of(*at, old);
  return found ? *found : record{{.id = id}, {.id = id, .error = fault::store_failed}};
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

std::size_t ledger::account_count() const { return impl_->books.account_count(); }

std::vector<account> ledger::accounts() const {
  std::vector<account> all = impl_->books.accounts();
  std::sort(all.begin(), all.end(), [](const account& a, const account& b) { return a.id < b.id; });
  return all;
}

} // namespace troupe::bank
