// SPDX-License-Identifier: BSD-3-Clause
#include "apps/bank_answers.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace troupe::apps {

namespace {

namespace json = boost::json;
using bank::account_name;
using bank::fault;
using bank::operation_kind;

// In parentheses: in braces a value makes an array of one.
json::value or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}
json::value id_or_null(const bank::op_id& id) { return or_null(id ? to_string(id) : ""); }
json::value account_or_null(bank::account_id a) {
  return a != bank::no_account ? json::value(a) : json::value(nullptr);
}
std::string error_of(bank::fault f) { return f == fault::none ? "" : std::string{to_string(f)}; }

void add_operation(json::object& o, const bank::operation& op) {
  o["id"] = id_or_null(op.id);
  o["kind"] = std::string{to_string(op.kind)};
  o["from"] = account_or_null(op.from);
  o["to"] = account_or_null(op.to);
  o[op.kind == operation_kind::open ? "overdraft" : "amount"] = op.value;
  o["currency"] = or_null(to_string(op.unit));
  o["hold"] = id_or_null(op.hold);
  o["expires_ms"] = op.expires_ms != 0 ? json::value(op.expires_ms) : json::value(nullptr);
}

void add_receipt(json::object& o, const bank::receipt& r) {
  o["error"] = or_null(error_of(r.error));
  o["sequence"] = r.sequence;
  o["time_ms"] = r.time_ms;
  o["moved"] = r.moved;
  o["from_balance"] = r.from_balance;
  o["from_held"] = r.from_held;
  o["to_balance"] = r.to_balance;
}

std::string short_text(const bank::operation& op) {
  std::string out{word_of(op.kind)};
  if (op.value != 0)
    out += (op.kind == operation_kind::open ? " with overdraft " : " ") + std::to_string(op.value);
  if (op.unit != bank::currency::none)
    out += " " + to_string(op.unit);
  if (op.from != bank::no_account)
    out += (op.kind == operation_kind::hold ? " on " : " from ") + account_name(op.from);
  if (op.to != bank::no_account)
    out += " to " + account_name(op.to);
  return out;
}

/// What a fault means to the one who asked; "" where its name says it all.
std::string_view meaning_of(fault f) {
  switch (f) {
  case fault::bad_operation:
    return "a field is missing, or not one for this, or beyond its range";
  case fault::id_reused:
    return "another operation had this id before; each needs one of its own";
  case fault::amount_not_positive:
    return "an amount is 1 or more";
  case fault::no_account:
    return "there is no such account";
  case fault::account_exists:
    return "this number is taken";
  case fault::closed:
    return "the account is closed";
  case fault::not_empty:
    return "money or a hold is left on it";
  case fault::same_account:
    return "it would go from an account to itself";
  case fault::currency_mismatch:
    return "not all of it is in one currency";
  case fault::overflow:
    return "a balance would be beyond 64 bits";
  case fault::no_hold:
    return "the account has no hold of this id";
  case fault::hold_expired:
    return "its time is over, what it held is free again";
  case fault::hold_closed:
    return "it was posted or voided before";
  case fault::exceeds_hold:
    return "less is held";
  case fault::expiry_past:
    return "the hold would be over at once";
  case fault::wrong_partition:
    return "all or nothing works inside one partition, and these rows name accounts of several";
  case fault::ledger_full:
    return "a partition has as many ids, accounts or holds as it can take";
  case fault::store_failed:
  case fault::unreachable:
    return "whether it was done is not known; send it again with the same id";
  default:
    return "";
  }
}

std::string standing(const bank::operation& op, const bank::receipt& r) {
  return account_name(op.from) + " has " + std::to_string(r.from_balance)
         + (r.from_held != 0 ? " (held " + std::to_string(r.from_held) + ")" : "");
}

} // namespace

std::string_view word_of(operation_kind k) {
  return k == operation_kind::release ? "void" : to_string(k);
}

std::string refusal_of(const bank::operation& op, const bank::receipt& r) {
  std::string out{to_string(r.error)};
  if (r.given_back && op.kind == operation_kind::post)
    return out + ": the hold is over, and what it held is free again; " + standing(op, r);
  if (r.error == fault::insufficient_funds && r.sequence != 0)
    return out + ": " + standing(op, r);
  const auto meaning = meaning_of(r.error);
  return meaning.empty() ? out : out + ": " + std::string{meaning};
}

std::string json_of(const bank::operation& op, const bank::receipt& r, const std::string& message) {
  json::object o;
  add_operation(o, op);
  add_receipt(o, r);
  o["given_back"] = r.given_back;
  if (r.error != fault::none)
    o["message"] = message;
  return json::serialize(o);
}

std::string json_of(const bank::account& a, bank::amount held_now) {
  json::object o{{"account", a.id},  {"currency", to_string(a.unit)}, {"balance", a.balance},
                 {"held", held_now}, {"overdraft", a.overdraft_max},  {"closed", a.closed}};
  if (bank::is_system(a.id))
    o["name"] = account_name(a.id);
  return json::serialize(o);
}

std::string json_of(const bank::record& r) {
  json::object o;
  add_operation(o, r.asked);
  o["why"] = or_null(error_of(r.asked.why));
  add_receipt(o, r.answer);
  o["pending"] = r.answer.pending;
  return json::serialize(o);
}

std::string text_of(const bank::operation& op, const bank::receipt& r) {
  std::string out = short_text(op) + ": done";
  if (op.from != bank::no_account)
    out += "; " + standing(op, r);
  // Where it left the partition before receipts told the far end's balance, 0 is no balance.
  if (op.to != bank::no_account && (r.to_balance != 0 || op.from == bank::no_account))
    out += "; " + account_name(op.to) + " has " + std::to_string(r.to_balance);
  return out + "; id " + to_string(op.id);
}

std::string text_of(const bank::account& a, bank::amount held_now) {
  return std::to_string(a.balance) + " " + to_string(a.unit)
         + (held_now != 0 ? " (held " + std::to_string(held_now) + ")" : "")
         + (a.closed ? " closed" : "");
}

std::string text_of(const bank::record& r, bank::account_id seen_from) {
  const bool source = r.asked.from == seen_from;
  std::string out = std::to_string(r.answer.sequence) + "  " + short_text(r.asked);
  if (r.answer.error != fault::none)
    out += ": refused, " + error_of(r.answer.error);
  else if (r.answer.pending)
    out += ": on its way";
  out += "; balance " + std::to_string(source ? r.answer.from_balance : r.answer.to_balance);
  if (source && r.answer.from_held != 0)
    out += " (held " + std::to_string(r.answer.from_held) + ")";
  return out + (r.asked.id ? "; id " + to_string(r.asked.id) : "");
}

const char* const account_csv_header = "account,currency,balance,held,overdraft,closed";
const char* const record_csv_header =
    "sequence,time_ms,id,kind,from,to,amount,currency,hold,expires_ms,error,why,pending,moved,"
    "from_balance,from_held,to_balance";

std::string csv_of(const bank::account& a) {
  return account_name(a.id) + "," + to_string(a.unit) + "," + std::to_string(a.balance) + ","
         + std::to_string(a.held) + "," + std::to_string(a.overdraft_max) + ","
         + (a.closed ? "1" : "0");
}

std::string csv_of(const bank::record& r) {
  const auto number = [](auto n) { return n != 0 ? std::to_string(n) : std::string{}; };
  const auto id = [](const bank::op_id& i) { return i ? to_string(i) : std::string{}; };
  const auto& [asked, answer] = r;
  std::string out = std::to_string(answer.sequence) + "," + std::to_string(answer.time_ms) + ","
                    + id(asked.id) + "," + std::string{to_string(asked.kind)};
  for (const auto& cell :
       {number(asked.from), number(asked.to), std::to_string(asked.value), to_string(asked.unit),
        id(asked.hold), number(asked.expires_ms), error_of(answer.error), error_of(asked.why),
        std::string{answer.pending ? "1" : "0"}, std::to_string(answer.moved),
        std::to_string(answer.from_balance), std::to_string(answer.from_held),
        std::to_string(answer.to_balance)})
    out += "," + cell;
  return out;
}

} // namespace troupe::apps
