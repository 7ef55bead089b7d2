// SPDX-License-Identifier: BSD-3-Clause
#include "domain/bank/ledger_book.hpp"

#include <cassert>

namespace troupe::bank {

std::size_t book::id_hash::operator()(const op_id& id) const {
  // Ids may be made by a client who wishes us ill: both halves go through a full mix.
  std::uint64_t x = id.high * 0x9e3779b97f4a7c15u ^ id.low;
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93u;
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93u;
  return x ^ (x >> 32);
}

std::size_t book::id_hash::operator()(const id_key& k) const {
  return (*this)(op_id{k.id.high + static_cast<std::uint64_t>(k.leg), k.id.low});
}

template <class T>
void book::mark(std::vector<std::uint32_t>& list, std::vector<bool>& marks, T index) {
  if (marks.size() <= static_cast<std::size_t>(index))
    marks.resize(static_cast<std::size_t>(index) + 1);
  if (marks[static_cast<std::size_t>(index)])
    return;
  marks[static_cast<std::size_t>(index)] = true;
  list.push_back(static_cast<std::uint32_t>(index));
}

// -- accounts

account* book::find(account_id id) {
  const auto at = account_at_.find(id);
  return at == account_at_.end() ? nullptr : &accounts_[at->second];
}

const account* book::find(account_id id) const {
  const auto at = account_at_.find(id);
  return at == account_at_.end() ? nullptr : &accounts_[at->second];
}

account& book::make(const account& a) {
  const auto index = static_cast<std::uint32_t>(accounts_.size());
  account_at_.emplace(a.id, index);
  accounts_.push_back(a);
  mark(changed_accounts_, account_changed_, index);
  return accounts_.back();
}

account& book::system(system_account which, currency unit) {
  const account_id id = account_of(which, unit);
  if (account* known = find(id))
    return *known;
  return make({.id = id, .unit = unit});
}

void book::touch(account& a) {
  const auto index = static_cast<std::uint32_t>(&a - accounts_.data());
  if (undoable_ && index < accounts_before_)
    old_accounts_.emplace_back(index, a);
  mark(changed_accounts_, account_changed_, index);
}

// -- holds

hold* book::find(const op_id& id) {
  const auto at = hold_at_.find(id);
  return at == hold_at_.end() ? nullptr : &holds_[at->second];
}

const hold* book::find(const op_id& id) const {
  const auto at = hold_at_.find(id);
  return at == hold_at_.end() ? nullptr : &holds_[at->second];
}

void book::make(const hold& h) {
  const auto index = static_cast<std::uint32_t>(holds_.size());
  hold_at_.emplace(h.id, index);
  holds_.push_back(h);
  mark(changed_holds_, hold_changed_, index);
  if (h.state == hold_state::open && h.expires_ms != 0)
    due_.push({h.expires_ms, index});
}

void book::touch(hold& h) {
  const auto index = static_cast<std::uint32_t>(&h - holds_.data());
  if (undoable_ && index < holds_before_)
    old_holds_.emplace_back(index, h);
  mark(changed_holds_, hold_changed_, index);
}

bool book::still(const due& d) const {
  return d.index < holds_.size() && holds_[d.index].state == hold_state::open
         && holds_[d.index].expires_ms == d.expires_ms;
}

hold* book::next_due(std::int64_t now_ms) {
  while (!due_.empty() && due_.top().expires_ms <= now_ms) {
    const due d = due_.top();
    due_.pop();
    if (still(d))
      return &holds_[d.index];
  }
  return nullptr;
}

std::optional<std::int64_t> book::next_expiry_ms() {
  while (!due_.empty() && !still(due_.top()))
    due_.pop();
  return due_.empty() ? std::nullopt : std::optional{due_.top().expires_ms};
}

// -- ids and history

std::optional<std::uint64_t> book::sequence_of(const op_id& id, id_leg leg) const {
  const auto at = ids_.find({id, leg});
  return at == ids_.end() ? std::nullopt : std::optional{at->second};
}

const record* book::uncommitted(std::uint64_t sequence) const {
  const std::uint64_t first = last_sequence_ - records_.size() + 1;
  return sequence >= first && sequence <= last_sequence_ ? &records_[sequence - first] : nullptr;
}

void book::remember(const record& r) {
  assert(r.answer.sequence == last_sequence_ + 1);
  restore_id(r.asked, r.answer.sequence);
  records_.push_back(r);
}

void book::restore_id(const operation& asked, std::uint64_t sequence) {
  last_sequence_ = sequence;
  if (asked.id)
    ids_.emplace(id_key{asked.id, leg_of(asked.kind)}, sequence);
}

// -- undo

void book::begin() {
  undoable_ = true;
  records_before_ = records_.size();
  accounts_before_ = accounts_.size();
  holds_before_ = holds_.size();
}

void book::keep() {
  undoable_ = false;
  old_accounts_.clear();
  old_holds_.clear();
}

void book::undo() {
  while (records_.size() > records_before_) {
    const operation& asked = records_.back().asked;
    if (asked.id)
      ids_.erase({asked.id, leg_of(asked.kind)});
    records_.pop_back();
    --last_sequence_;
  }
  for (auto old = old_accounts_.rbegin(); old != old_accounts_.rend(); ++old)
    accounts_[old->first] = old->second;
  for (auto old = old_holds_.rbegin(); old != old_holds_.rend(); ++old)
    holds_[old->first] = old->second;
  while (accounts_.size() > accounts_before_) {
    account_at_.erase(accounts_.back().id);
    accounts_.pop_back();
  }
  while (holds_.size() > holds_before_) {
    hold_at_.erase(holds_.back().id);
    holds_.pop_back();
  }
  // A hold that is open again may have lost its place in the queue.
  for (const auto& [index, h] : old_holds_)
    if (h.state == hold_state::open && h.expires_ms != 0)
      due_.push({h.expires_ms, index});
  keep();
}

// -- for the store

change_set book::changes() const {
  change_set c;
  c.records = records_;
  c.accounts.reserve(changed_accounts_.size());
  for (const auto i : changed_accounts_)
    if (i < accounts_.size()) // an undone batch may have made it
      c.accounts.push_back(accounts_[i]);
  c.holds.reserve(changed_holds_.size());
  for (const auto i : changed_holds_)
    if (i < holds_.size())
      c.holds.push_back(holds_[i]);
  return c;
}

void book::committed() {
  records_.clear();
  forget_changes();
}

void book::forget_changes() {
  for (const auto i : changed_accounts_)
    account_changed_[i] = false;
  for (const auto i : changed_holds_)
    hold_changed_[i] = false;
  changed_accounts_.clear();
  changed_holds_.clear();
}

} // namespace troupe::bank
