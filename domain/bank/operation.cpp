// SPDX-License-Identifier: BSD-3-Clause
#include "domain/bank/operation.hpp"

namespace troupe::bank {

std::string_view to_string(operation_kind k) {
  switch (k) {
  case operation_kind::open:
    return "open";
  case operation_kind::close:
    return "close";
  case operation_kind::deposit:
    return "deposit";
  case operation_kind::withdraw:
    return "withdraw";
  case operation_kind::transfer:
    return "transfer";
  case operation_kind::hold:
    return "hold";
  case operation_kind::post:
    return "post";
  case operation_kind::release:
    return "release";
  case operation_kind::expire:
    return "expire";
  case operation_kind::receive:
    return "receive";
  case operation_kind::settle:
    return "settle";
  case operation_kind::give_back:
    return "give-back";
  }
  return "";
}

bool from_client(operation_kind k) {
  return k >= operation_kind::open && k <= operation_kind::release;
}

std::string_view to_string(fault f) {
  switch (f) {
  case fault::none:
    return "none";
  case fault::bad_operation:
    return "bad_operation";
  case fault::id_missing:
    return "id_missing";
  case fault::id_reused:
    return "id_reused";
  case fault::amount_not_positive:
    return "amount_not_positive";
  case fault::no_account:
    return "no_account";
  case fault::account_exists:
    return "account_exists";
  case fault::closed:
    return "closed";
  case fault::not_empty:
    return "not_empty";
  case fault::same_account:
    return "same_account";
  case fault::currency_mismatch:
    return "currency_mismatch";
  case fault::insufficient_funds:
    return "insufficient_funds";
  case fault::overflow:
    return "overflow";
  case fault::no_hold:
    return "no_hold";
  case fault::hold_expired:
    return "hold_expired";
  case fault::hold_closed:
    return "hold_closed";
  case fault::exceeds_hold:
    return "exceeds_hold";
  case fault::expiry_past:
    return "expiry_past";
  case fault::wrong_partition:
    return "wrong_partition";
  case fault::batch_refused:
    return "batch_refused";
  case fault::ledger_full:
    return "ledger_full";
  case fault::batch_too_large:
    return "batch_too_large";
  case fault::store_failed:
    return "store_failed";
  case fault::unreachable:
    return "unreachable";
  }
  return "";
}

namespace {

bool known_kind(operation_kind k) { return !to_string(k).empty() && k != operation_kind::expire; }

} // namespace

fault check_form(const operation& op) {
  if (!known_kind(op.kind))
    return fault::bad_operation;
  if (!op.id)
    return fault::id_missing;
  const bool from = op.kind != operation_kind::open && op.kind != operation_kind::deposit;
  const bool to = op.kind == operation_kind::open || op.kind == operation_kind::deposit
                  || op.kind == operation_kind::transfer || op.kind == operation_kind::post
                  || !from_client(op.kind);
  const bool held = op.kind == operation_kind::post || op.kind == operation_kind::release
                    || op.kind == operation_kind::settle || op.kind == operation_kind::give_back;
  if ((op.from != no_account) != from || (op.to != no_account) != to || bool{op.hold} != held
      || is_system(op.from) || is_system(op.to) || op.expires_ms < 0)
    return fault::bad_operation;
  if ((op.expires_ms != 0 && op.kind != operation_kind::hold)
      || (op.why != fault::none) != (op.kind == operation_kind::give_back)
      || (op.kind == operation_kind::open && (op.unit == currency::none || op.value < 0))
      || (op.kind == operation_kind::close && op.value != 0)
      || (op.kind == operation_kind::release && op.value != 0)
      || (op.far_balance != 0 && op.kind != operation_kind::settle
          && op.kind != operation_kind::give_back))
    return fault::bad_operation;
  return fault::none;
}

operation transfer_of(const operation& op, amount value, currency unit) {
  return {.id = op.id,
          .kind = operation_kind::transfer,
          .from = op.from,
          .to = op.to,
          .value = value,
          .unit = unit};
}

receipt final_receipt(const record& end) {
  receipt r = end.answer;
  if (end.asked.kind == operation_kind::give_back) {
    r.error = end.asked.why;
    r.moved = 0;
    r.given_back = true;
  }
  return r;
}

void redo(account& a, const record& r) {
  if (a.id == r.asked.to)
    a.balance = r.answer.to_balance;
  if (a.id == r.asked.from) {
    a.balance = r.answer.from_balance;
    a.held = r.answer.from_held;
  }
}

} // namespace troupe::bank
