// SPDX-License-Identifier: BSD-3-Clause
#include "apps/bank_rows.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <random>
#include <stdexcept>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace troupe::apps {

namespace {

namespace json = boost::json;
using bank::account_name;
using bank::operation_kind;

std::string quoted(std::string_view text) {
  constexpr std::size_t bytes_max = 60;
  std::string out{"'"};
  for (const char c : text.substr(0, bytes_max))
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  return out + (text.size() > bytes_max ? "...'" : "'");
}

template <class Number>
Number parse_whole(std::string_view text, const std::string& what, const char* kind) {
  Number value = 0;
  const auto end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc::result_out_of_range)
    throw bad_value(what + " " + quoted(text) + " is beyond 64 bits");
  if (error != std::errc{} || stop != end || text.empty())
    throw bad_value(what + " " + quoted(text) + " is no " + kind);
  return value;
}

operation_kind parse_kind(std::string_view text) {
  if (text == "void")
    return operation_kind::release;
  for (int k = 0; k < 256; ++k)
    if (const auto kind = static_cast<operation_kind>(k);
        from_client(kind) && text == to_string(kind))
      return kind;
  throw bad_value("the kind " + quoted(text)
                  + " is none of open, close, deposit, withdraw, transfer, hold, post, void");
}

// In parentheses: in braces a value makes an array of one.
json::value or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}
json::value id_or_null(const bank::op_id& id) { return or_null(id ? to_string(id) : ""); }
json::value account_or_null(bank::account_id a) {
  return a != bank::no_account ? json::value(a) : json::value(nullptr);
}
std::string error_of(bank::fault f) {
  return f == bank::fault::none ? "" : std::string{to_string(f)};
}

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
  std::string out{to_string(op.kind)};
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

} // namespace

bank::amount parse_amount(std::string_view text, const std::string& what) {
  if (text.find_first_of(".,eE") != text.npos)
    throw bad_value(what + " " + quoted(text)
                    + " is no whole number of minor units (12.50 EUR is 1250)");
  return parse_whole<bank::amount>(text, what, "whole number of minor units");
}

bank::account_id parse_account(std::string_view text, const std::string& what) {
  const auto id = parse_whole<bank::account_id>(text, what, "account number");
  if (id == bank::no_account || id > bank::account_id_max)
    throw bad_value(what + " " + quoted(text) + " is not between 1 and "
                    + std::to_string(bank::account_id_max));
  return id;
}

bank::currency parse_unit(std::string_view text) {
  const auto unit = bank::parse_currency(text);
  if (unit == bank::currency::none)
    throw bad_value("the currency " + quoted(text) + " is not three or four capital letters");
  return unit;
}

bank::op_id parse_id(std::string_view text, const std::string& what) {
  if (const auto id = bank::parse_op_id(text))
    return *id;
  throw bad_value(what + " " + quoted(text) + " is not 32 hexadecimal digits, not all 0");
}

bool is_row_field(std::string_view name) {
  constexpr std::array<std::string_view, 10> names{"id",   "kind",      "account",  "from",
                                                   "to",   "amount",    "currency", "overdraft",
                                                   "hold", "expires_ms"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

bank::operation operation_of(const row_fields& fields) {
  row_fields left = fields;
  std::erase_if(left, [](const auto& f) { return f.second.empty(); });
  const auto take = [&left](std::string_view name) {
    const auto at = left.find(name);
    return at == left.end() ? std::string{} : left.extract(at).mapped();
  };
  bank::operation op;
  const auto id = take("id");
  if (id.empty())
    throw bad_value("has no id: without one, a second import would do it again");
  op.id = parse_id(id);
  const auto kind = take("kind");
  if (kind.empty())
    throw bad_value("has no kind");
  op.kind = parse_kind(kind);
  const bool opens = op.kind == operation_kind::open;
  const bool receives = opens || op.kind == operation_kind::deposit;
  const bool names_both = op.kind == operation_kind::transfer || op.kind == operation_kind::post;
  auto account = take("account");
  auto from = receives ? "" : take("from");
  auto to = receives || names_both ? take("to") : "";
  auto& only = receives ? to : from;
  if (!account.empty() && !only.empty())
    throw bad_value("has account besides " + std::string{receives ? "to" : "from"});
  if (only.empty())
    only = account;
  if (from.empty() && !receives)
    throw bad_value("has no account that it comes from");
  if (to.empty() && (receives || names_both))
    throw bad_value("has no account that it goes to");
  if (!from.empty())
    op.from = parse_account(from, "from");
  if (!to.empty())
    op.to = parse_account(to, "to");
  const bool has_amount =
      !opens && op.kind != operation_kind::close && op.kind != operation_kind::release;
  const auto value = opens ? take("overdraft") : has_amount ? take("amount") : "";
  if (!value.empty())
    op.value = parse_amount(value, opens ? "the overdraft" : "the amount");
  else if (has_amount && op.kind != operation_kind::post)
    throw bad_value("has no amount");
  if (const auto unit = take("currency"); !unit.empty())
    op.unit = parse_unit(unit);
  else if (opens)
    throw bad_value("has no currency");
  if (op.kind == operation_kind::post || op.kind == operation_kind::release)
    op.hold = parse_id(take("hold"), "the hold");
  if (op.kind == operation_kind::hold)
    if (const auto expires = take("expires_ms"); !expires.empty())
      op.expires_ms = parse_whole<std::int64_t>(expires, "expires_ms", "time in Unix milliseconds");
  if (!left.empty())
    throw bad_value("has " + quoted(left.begin()->first) + ", which "
                    + std::string{to_string(op.kind)} + " does not take");
  return op;
}

bank::op_id random_id() {
  std::random_device device;
  const auto word = [&device] { return std::uint64_t{device()} << 32 | device(); };
  bank::op_id id{word(), word()};
  return id ? id : bank::op_id{0, 1};
}

std::string json_of(const bank::operation& op, const bank::receipt& r) {
  json::object o;
  add_operation(o, op);
  add_receipt(o, r);
  o["given_back"] = r.given_back;
  return json::serialize(o);
}

std::string refusal_of(const bank::operation& op, const bank::receipt& r) {
  std::string out{to_string(r.error)};
  if (r.error == bank::fault::wrong_partition)
    out += ": all or nothing works inside one partition, and these rows name accounts of several";
  else if (r.given_back && op.kind == operation_kind::post)
    out += ": the hold is over, and what it held is free again; " + account_name(op.from) + " has "
           + std::to_string(r.from_balance)
           + (r.from_held != 0 ? " (held " + std::to_string(r.from_held) + ")" : "");
  return out;
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
    out += "; " + account_name(op.from) + " has " + std::to_string(r.from_balance)
           + (r.from_held != 0 ? " (held " + std::to_string(r.from_held) + ")" : "");
  // Where it left the partition before receipts told the far end's balance, 0 is no balance.
  if (op.to != bank::no_account && (r.to_balance != 0 || op.from == bank::no_account))
    out += "; " + account_name(op.to) + " has " + std::to_string(r.to_balance);
  return out + "; id " + to_string(op.id);
}

std::string text_of(const bank::record& r, bank::account_id seen_from) {
  const bool source = r.asked.from == seen_from;
  std::string out = std::to_string(r.answer.sequence) + "  " + short_text(r.asked);
  if (r.answer.error != bank::fault::none)
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
