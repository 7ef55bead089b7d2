// SPDX-License-Identifier: BSD-3-Clause
#include "actors/bank/ledger_keeper.hpp"

#include <algorithm>
#include <utility>

#include "messages/type_ids.hpp"

namespace troupe::bank {

ledger_actor::behavior_type ledger_keeper::make_behavior() {
  return {
      [this](const post_batch& x) { return post(x); },
      [this](const account_wanted& x) { return report(x); },
      [this](const history_wanted& x) { return report(x); },
      [this](const operation_wanted& x) { return report(x); },
      [this](const hold_wanted& x) { return report(x); },
      [this](const cut_wanted& x) { return report(x); },
      [this](const arrivals_wanted& x) { return report(x); },
      [this](close_ledger) { return close(); },
      [this](const courier_ready& x) { welcome(x.who); },
      [this](ledger_due x) {
        if (!x.commit)
          wake_ms_ = 0;
        ports_.books->expire(ports_.now_ms());
        commit();
      },
  };
}

ledger_keeper::ledger_keeper(ledger_actor::pointer self, ledger_ports ports)
    : self_(self), ports_(std::move(ports)), committed_(ports_.books->last_sequence()) {
  wake_at_next_expiry();
}

caf::result<batch_receipts> ledger_keeper::post(const post_batch& x) {
  auto b = std::make_shared<batch>();
  if (!failure_.empty()) {
    for (const operation& op : x.operations)
      b->receipts.push_back({.id = op.id, .error = fault::store_failed});
    return batch_receipts{std::move(b->receipts), cut_};
  }
  hear_of(x.cut);
  b->receipts = ports_.books->apply(x.operations, x.all_or_nothing, ports_.now_ms(), *ports_.store);
  note_transfers(x, b);
  b->promise = self_->make_response_promise<batch_receipts>();
  const auto answer = b->promise;
  batches_.push_back(std::move(b));
  uncommitted_operations_ += x.operations.size();
  if (uncommitted_operations_ >= ports_.uncommitted_operations_max)
    commit();
  else
    commit_soon();
  return answer;
}

/// Answers by `look` once nothing is ahead of the store.
template <class Report, class Look>
caf::result<Report> ledger_keeper::when_synced(Look look) {
  if (up_to_date())
    return look();
  auto promise = self_->make_response_promise<Report>();
  questions_.push_back([promise, look]() mutable { promise.deliver(look()); });
  return promise;
}

caf::result<account_report> ledger_keeper::report(const account_wanted& x) {
  const auto look = [this, id = x.id]() -> account_report {
    if (!failure_.empty())
      return {fault::store_failed, {}};
    const account* a = ports_.books->find_account(id);
    return a ? account_report{fault::none, *a, cut_} : account_report{fault::no_account, {}, cut_};
  };
  return when_synced<account_report>(look);
}

caf::result<history_report> ledger_keeper::report(const history_wanted& x) {
  if (!failure_.empty())
    return history_report{fault::store_failed, {}};
  constexpr std::uint32_t records_max = 10'000; // of one answer
  auto found = ports_.store->history(x.id, x.before, std::min(x.records_max, records_max));
  if (!found) // what is committed stays, and more may be: the ledger itself goes on
    return history_report{fault::store_failed, {}};
  // A client's account has a record at least: that which opened it.
  if (found->empty() && (x.before == 0 || ports_.books->find_account(x.id) == nullptr))
    return history_report{fault::no_account, {}, cut_};
  return history_report{fault::none, std::move(*found), cut_};
}

/// The receipt may be ahead of the store, or not the last word: the router has it told again.
caf::result<operation_report> ledger_keeper::report(const operation_wanted& x) {
  if (!failure_.empty())
    return operation_report{fault::store_failed, {}};
  const auto found = ports_.books->find_operation(x.id, *ports_.store);
  if (found && found->answer.error == fault::store_failed)
    return operation_report{fault::store_failed, {}};
  return found ? operation_report{fault::none, {*found}, cut_} : operation_report{.cut = cut_};
}

caf::result<hold_report> ledger_keeper::report(const hold_wanted& x) {
  return when_synced<hold_report>([this, id = x.id]() -> hold_report {
    if (!failure_.empty())
      return {fault::store_failed, {}};
    const hold* h = ports_.books->find_hold(id);
    return h && !h->outgoing ? hold_report{fault::none, {*h}, cut_} : hold_report{.cut = cut_};
  });
}

/// Returns: true if nothing is ahead of the store, so that what one sees is synced.
bool ledger_keeper::up_to_date() {
  if (!failure_.empty())
    return true;
  ports_.books->expire(ports_.now_ms());
  if (ports_.books->last_sequence() == committed_)
    return true;
  commit_soon();
  return false;
}

/// Behind everything that is in the mailbox by now.
void ledger_keeper::commit_soon() {
  if (!std::exchange(commit_due_, true))
    runtime::send(self_, ledger_actor{self_}, ledger_due{});
}

void ledger_keeper::commit() {
  commit_due_ = false;
  if (!failure_.empty())
    return;
  if (ports_.books->last_sequence() != committed_) {
    if (const auto why = ports_.store->commit(ports_.books->changes()); !why.empty())
      return stop(why);
    ports_.books->committed();
    committed_ = ports_.books->last_sequence();
  }
  uncommitted_operations_ = 0;
  end_transfers();
  for (const auto& b : std::exchange(batches_, {})) {
    b->uncommitted = false;
    deliver(b);
  }
  if (courier_)
    hand_on(sent_);
  sent_.clear(); // a courier that is still to come asks for all
  for (auto& answer : std::exchange(questions_, {}))
    answer();
  wake_at_next_expiry();
}

/// What was not committed is unknown: nobody hears that it was done, and nothing more is.
void ledger_keeper::stop(const std::string& why) {
  failure_ = why;
  ports_.stopped(why); // first: who gets a receipt may ask why
  fail_all(fault::store_failed);
}

/// Answers all who wait: of what is not committed here, and of what is on its way, nothing more
/// will be known here.
/// Takes: what is told of the latter.
void ledger_keeper::fail_all(fault on_its_way) {
  for (auto& [id, at] : travellers_)
    batches_.push_back(at.batch);
  travellers_.clear();
  std::sort(batches_.begin(), batches_.end());
  batches_.erase(std::unique(batches_.begin(), batches_.end()), batches_.end());
  for (const auto& b : std::exchange(batches_, {})) {
    b->pending = 0;
    for (receipt& r : b->receipts)
      if (r.pending || r.sequence == 0 || r.sequence > committed_)
        r = {.id = r.id, .error = r.pending ? on_its_way : fault::store_failed};
    deliver(b);
  }
  for (auto& answer : std::exchange(questions_, {}))
    answer();
}

// -- whole reads

void ledger_keeper::hear_of(std::uint64_t cut) {
  if (cut <= cut_ || !failure_.empty())
    return;
  commit(); // while what it tells others is still of the cut before
  if (!failure_.empty())
    return;
  cut_ = cut;
  at_cut_ = {.cut = cut, .sequence = committed_, .accounts = {}, .outgoing = {}};
  cut_too_large_ = ports_.books->account_count() > ports_.whole.accounts_max;
  if (cut_too_large_)
    return;
  for (const operation& t : ports_.books->open_transfers())
    at_cut_.outgoing.push_back({t.id, t.from, t.to, t.value, t.unit});
  cut_too_large_ = at_cut_.outgoing.size() > ports_.whole.transfers_max;
  at_cut_.accounts = ports_.books->accounts();
}

cut_report ledger_keeper::report(const cut_wanted& x) {
  hear_of(x.cut);
  cut_report r{.instance = ports_.instance, .part = {}};
  if (!failure_.empty())
    r.error = whole_fault::store_failed;
  else if (x.cut == 0)
    return r;
  else if (x.cut != cut_)
    r.error = whole_fault::overtaken;
  else if (cut_too_large_ || at_cut_.accounts.size() > x.accounts_max
           || at_cut_.outgoing.size() > x.transfers_max)
    r.error = whole_fault::too_large;
  else
    r.part = at_cut_;
  return r;
}

/// What came by the cut has its record before the snapshot's end.
arrivals_report ledger_keeper::report(const arrivals_wanted& x) {
  arrivals_report r{.instance = ports_.instance, .arrived = {}};
  if (!failure_.empty())
    r.error = whole_fault::store_failed;
  else if (x.cut != cut_)
    r.error = whole_fault::overtaken;
  if (r.error != whole_fault::none)
    return r;
  for (const open_transfer& t : x.sent) {
    const auto came = ports_.books->find_arrival(t.id, *ports_.store);
    if (!came || came->answer.sequence > at_cut_.sequence)
      continue;
    if (came->answer.error == fault::store_failed)
      return {.error = whole_fault::store_failed, .instance = ports_.instance, .arrived = {}};
    // The same id may be another payer's: that one is refused, and given back.
    if (came->answer.error == fault::none && came->asked.from == t.from && came->asked.to == t.to)
      r.arrived.push_back(t);
  }
  return r;
}

ledger_closed ledger_keeper::close() {
  commit();
  if (failure_.empty()) {
    failure_ = "the partition is given to another node";
    fail_all(fault::unreachable); // it is committed, and whoever has the partition next ends it
  }
  ports_.store.reset();
  self_->quit();
  return {};
}

// -- transfers to other partitions

/// A courier may carry only what is committed: else a crash could undo the near end of what the far
/// end has.
void ledger_keeper::welcome(const courier_actor& who) {
  courier_ = nullptr;
  auto tell = [this, who] {
    if (!failure_.empty())
      return;
    courier_ = who;
    hand_on(ports_.books->open_transfers());
  };
  if (up_to_date())
    tell();
  else
    questions_.push_back(std::move(tell));
}

/// In parts: the courier may be in another process, and while a partition is nowhere there may be
/// more on its way there than fits a message.
void ledger_keeper::hand_on(const std::vector<operation>& transfers) {
  constexpr std::ptrdiff_t transfers_max = 10'000; // of one message
  for (auto first = transfers.begin(); first != transfers.end();) {
    const auto last = first + std::min(transfers_max, transfers.end() - first);
    runtime::send(self_, courier_, transfers_sent{std::vector<operation>(first, last), cut_});
    first = last;
  }
}

void ledger_keeper::note_transfers(const post_batch& x, const batch_ptr& b) {
  for (std::size_t i = 0; i < b->receipts.size(); ++i) {
    const operation& op = x.operations[i];
    const receipt& r = b->receipts[i];
    if (r.pending) {
      ++b->pending;
      travellers_.emplace(r.id, place{b, i});
      if (r.sequence > committed_) {
        const auto unit = ports_.books->find_account(op.from)->unit;
        sent_.push_back(transfer_of(op, r.moved, unit));
      }
    } else if (r.error == fault::none
               && (op.kind == operation_kind::settle || op.kind == operation_kind::give_back)) {
      ended_.push_back(final_receipt({op, r}));
    }
  }
}

void ledger_keeper::end_transfers() {
  for (const receipt& r : std::exchange(ended_, {})) {
    const auto [first, last] = travellers_.equal_range(r.id);
    for (auto i = first; i != last; ++i) {
      auto& [b, index] = i->second;
      b->receipts[index] = r;
      --b->pending;
      if (!b->uncommitted) // else it is delivered with the others of this commit
        deliver(b);
    }
    travellers_.erase(first, last);
  }
}

void ledger_keeper::deliver(const batch_ptr& b) {
  if (b->pending == 0)
    b->promise.deliver(batch_receipts{std::move(b->receipts), cut_});
}

void ledger_keeper::wake_at_next_expiry() {
  const auto next = ports_.books->next_expiry_ms();
  if (!next || (wake_ms_ != 0 && wake_ms_ <= *next))
    return;
  wake_ms_ = *next;
  // Wall clocks jump: a long wait is taken in steps.
  constexpr std::int64_t step_ms_max = 60'000;
  const auto wait = std::clamp(*next - ports_.now_ms(), std::int64_t{1}, step_ms_max);
  runtime::send_after(self_, std::chrono::milliseconds(wait), ledger_actor{self_},
                      ledger_due{false});
}

} // namespace troupe::bank
