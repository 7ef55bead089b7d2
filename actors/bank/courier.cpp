// SPDX-License-Identifier: BSD-3-Clause
#include "actors/bank/courier.hpp"

#include <algorithm>
#include <utility>

#include "messages/type_ids.hpp"

namespace troupe::bank {

namespace {

/// Returns: true if the far end will never take it; other refusals may pass.
bool is_final(fault f) {
  return f == fault::no_account || f == fault::closed || f == fault::currency_mismatch
         || f == fault::overflow || f == fault::id_reused;
}

/// Takes: what the far end said, of an end.
operation step(const operation& transfer, operation_kind kind, const receipt& far = {}) {
  operation op = transfer;
  op.kind = kind;
  op.why = far.error;
  op.far_balance = far.to_balance;
  if (kind != operation_kind::receive) {
    op.hold = op.id;
    op.unit = currency::none;
  }
  return op;
}

} // namespace

courier_actor::behavior_type courier::make_behavior() {
  runtime::send(self_, ledgers_[own_], courier_ready{courier_actor{self_}});
  return {
      [this](const transfers_sent& x) { take(x); },
      [this](courier_due) { resend(); },
  };
}

courier::courier(courier_actor::pointer self, std::vector<ledger_actor> ledgers, std::uint32_t own,
                 courier_limits bounds)
    : self_(self), ledgers_(std::move(ledgers)), own_(own), bounds_(bounds) {}

void courier::take(const transfers_sent& x) {
  cut_ = std::max(cut_, x.cut);
  std::vector<op_id> fresh;
  for (const operation& transfer : x.transfers)
    if (parcels_.try_emplace(transfer.id, parcel{step(transfer, operation_kind::receive)}).second)
      fresh.push_back(transfer.id);
  send_all(fresh);
}

/// Takes: parcels that are not on their way.
void courier::send_all(const std::vector<op_id>& ready) {
  std::vector<std::vector<operation>> outgoing(ledgers_.size());
  for (const op_id& id : ready) {
    parcel& p = parcels_.at(id);
    p.asked = true;
    const auto to = p.returning ? own_ : static_cast<std::size_t>(p.next.to % ledgers_.size());
    outgoing[to].push_back(p.next);
    if (outgoing[to].size() >= bounds_.batch_operations_max)
      send(ledgers_[to], std::exchange(outgoing[to], {}));
  }
  for (std::size_t to = 0; to < outgoing.size(); ++to)
    if (!outgoing[to].empty())
      send(ledgers_[to], std::move(outgoing[to]));
}

void courier::send(const ledger_actor& to, std::vector<operation> ops) {
  runtime::request(self_, to, bounds_.answer_deadline, post_batch{ops, false, cut_})
      .then(
          [this, ops](const batch_receipts& x) {
            cut_ = std::max(cut_, x.cut);
            answered(ops, x.receipts);
          },
          [this, ops](const caf::error&) { failed(ops); });
}

void courier::answered(const std::vector<operation>& asked, const std::vector<receipt>& receipts) {
  std::vector<op_id> ready;
  for (std::size_t i = 0; i < asked.size() && i < receipts.size(); ++i) {
    const auto at = parcels_.find(asked[i].id);
    if (at == parcels_.end() || at->second.next != asked[i])
      continue; // an answer that comes late
    parcel& p = at->second;
    const fault f = receipts[i].error;
    if (p.returning && f == fault::none) {
      parcels_.erase(at);
    } else if (!p.returning && (f == fault::none || is_final(f))) {
      const auto end = f == fault::none ? operation_kind::settle : operation_kind::give_back;
      p = {step(p.next, end, receipts[i]), false, true};
      ready.push_back(asked[i].id);
    } else {
      try_later(p);
    }
  }
  send_all(ready);
}

void courier::failed(const std::vector<operation>& asked) {
  for (const operation& op : asked)
    if (const auto at = parcels_.find(op.id); at != parcels_.end() && at->second.next == op)
      try_later(at->second);
}

void courier::try_later(parcel& p) {
  p.asked = false;
  if (!std::exchange(timer_, true))
    runtime::send_after(self_, bounds_.resend_interval, courier_actor{self_}, courier_due{});
}

void courier::resend() {
  timer_ = false;
  std::vector<op_id> ready;
  for (const auto& [id, p] : parcels_)
    if (!p.asked)
      ready.push_back(id);
  send_all(ready);
}

} // namespace troupe::bank
