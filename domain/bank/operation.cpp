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

void redo(account& a, const record& r) {
  if (a.id == r.asked.to)
    a.balance = r.answer.to_balance;
  if (a.id == r.asked.from) {
    a.balance = r.answer.from_balance;
    a.held = r.answer.from_held;
  }
}

} // namespace troupe::bank
