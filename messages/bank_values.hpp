// SPDX-License-Identifier: BSD-3-Clause
//
// How the bank's domain values travel inside messages. The values themselves know nothing of it.
#pragma once

#include "domain/bank/operation.hpp"
#include "domain/bank/whole_read.hpp"
#include "runtime/port.hpp"

namespace troupe::bank {

TROUPE_INSPECT_ENUM(fault)
TROUPE_INSPECT_ENUM(currency)
TROUPE_INSPECT_ENUM(operation_kind)
TROUPE_INSPECT_ENUM(hold_state)
TROUPE_INSPECT_ENUM(whole_fault)

template <class Inspector>
auto inspect(Inspector& f, op_id& x) {
  using runtime::field;
  return runtime::fields(f, x, "op_id", field("high", x.high), field("low", x.low));
}

template <class Inspector>
auto inspect(Inspector& f, operation& x) {
  using runtime::field;
  return runtime::fields(f, x, "operation", field("id", x.id), field("kind", x.kind),
                         field("why", x.why), field("from", x.from), field("to", x.to),
                         field("value", x.value), field("unit", x.unit), field("hold", x.hold),
                         field("expires_ms", x.expires_ms), field("far_balance", x.far_balance));
}

template <class Inspector>
auto inspect(Inspector& f, receipt& x) {
  using runtime::field;
  return runtime::fields(f, x, "receipt", field("id", x.id), field("error", x.error),
                         field("pending", x.pending), field("sequence", x.sequence),
                         field("time_ms", x.time_ms), field("moved", x.moved),
                         field("from_balance", x.from_balance), field("from_held", x.from_held),
                         field("to_balance", x.to_balance), field("given_back", x.given_back));
}

template <class Inspector>
auto inspect(Inspector& f, record& x) {
  using runtime::field;
  return runtime::fields(f, x, "record", field("asked", x.asked), field("answer", x.answer));
}

template <class Inspector>
auto inspect(Inspector& f, account& x) {
  using runtime::field;
  return runtime::fields(f, x, "account", field("id", x.id), field("unit", x.unit),
                         field("balance", x.balance), field("held", x.held),
                         field("overdraft_max", x.overdraft_max), field("closed", x.closed));
}

template <class Inspector>
auto inspect(Inspector& f, hold& x) {
  using runtime::field;
  return runtime::fields(f, x, "hold", field("id", x.id), field("from", x.from), field("to", x.to),
                         field("value", x.value), field("expires_ms", x.expires_ms),
                         field("state", x.state), field("outgoing", x.outgoing),
                         field("closed_by", x.closed_by));
}

template <class Inspector>
auto inspect(Inspector& f, open_transfer& x) {
  using runtime::field;
  return runtime::fields(f, x, "open_transfer", field("id", x.id), field("from", x.from),
                         field("to", x.to), field("value", x.value), field("unit", x.unit));
}

template <class Inspector>
auto inspect(Inspector& f, part_at_cut& x) {
  using runtime::field;
  return runtime::fields(f, x, "part_at_cut", field("cut", x.cut), field("sequence", x.sequence),
                         field("accounts", x.accounts), field("outgoing", x.outgoing));
}

template <class Inspector>
auto inspect(Inspector& f, whole_state& x) {
  using runtime::field;
  return runtime::fields(f, x, "whole_state", field("error", x.error), field("why", x.why),
                         field("cut", x.cut), field("accounts", x.accounts),
                         field("on_the_way", x.on_the_way));
}

} // namespace troupe::bank
