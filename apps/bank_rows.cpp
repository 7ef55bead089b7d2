// SPDX-License-Identifier: BSD-3-Clause
#include "apps/bank_rows.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <random>
#include <stdexcept>

namespace troupe::apps {

namespace {

using bank::operation_kind;

template <class Number>
Number parse_whole(std::string_view text, const std::string& what, const char* kind) {
  Number value = 0;
  const auto end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc::result_out_of_range)
    throw bad_value(what + " " + in_quotes(text) + " is beyond 64 bits");
  if (error != std::errc{} || stop != end || text.empty())
    throw bad_value(what + " " + in_quotes(text) + " is no " + kind);
  return value;
}

operation_kind parse_kind(std::string_view text) {
  if (text == "void")
    return operation_kind::release;
  for (int k = 0; k < 256; ++k)
    if (const auto kind = static_cast<operation_kind>(k);
        from_client(kind) && text == to_string(kind))
      return kind;
  throw bad_value("the kind " + in_quotes(text)
                  + " is none of open, close, deposit, withdraw, transfer, hold, post, void");
}

/// Takes: a function that gives a field by its name, "" if it is missing.
template <class Take>
void take_value(const Take& take, bank::operation& op) {
  if (op.kind == operation_kind::close || op.kind == operation_kind::release)
    return;
  if (op.kind == operation_kind::open) {
    const auto text = take("overdraft");
    op.value = text.empty() ? 0 : parse_amount(text, "the overdraft");
    if (op.value < 0)
      throw bad_value("the overdraft " + in_quotes(text) + " is below 0");
    return;
  }
  const auto text = take("amount");
  if (!text.empty())
    op.value = parse_amount(text);
  else if (op.kind != operation_kind::post)
    throw bad_value("has no amount");
  // 0 is how the operation itself says "the whole": nobody who typed it means that.
  if (op.kind == operation_kind::post && op.value == 0 && !text.empty())
    throw bad_value("the amount " + in_quotes(text)
                    + " would post nothing; the whole is posted by no " + "amount at all");
}

template <class Take>
void take_end(const Take& take, bank::operation& op) {
  const auto text = take("expires_ms");
  if (text.empty())
    return;
  op.expires_ms = parse_whole<std::int64_t>(text, "the hold's end", "time in Unix milliseconds");
  if (op.expires_ms < 1)
    throw bad_value("the hold's end " + in_quotes(text) + " is no time; leave it out for none");
}

} // namespace

bank::amount parse_amount(std::string_view text, const std::string& what) {
  if (text.find_first_of(".,eE") != text.npos)
    throw bad_value(what + " " + in_quotes(text)
                    + " is no whole number of minor units (12.50 EUR is 1250)");
  return parse_whole<bank::amount>(text, what, "whole number of minor units");
}

bank::account_id parse_account(std::string_view text, const std::string& what) {
  const auto id = parse_whole<bank::account_id>(text, what, "account number");
  if (id == bank::no_account || id > bank::account_id_max)
    throw bad_value(what + " " + in_quotes(text) + " is not between 1 and "
                    + std::to_string(bank::account_id_max));
  return id;
}

bank::currency parse_unit(std::string_view text) {
  const auto unit = bank::parse_currency(text);
  if (unit == bank::currency::none)
    throw bad_value("the currency " + in_quotes(text) + " is not three or four capital letters");
  return unit;
}

bank::op_id parse_id(std::string_view text, const std::string& what) {
  if (const auto id = bank::parse_op_id(text))
    return *id;
  throw bad_value(what + " " + in_quotes(text) + " is not 32 hexadecimal digits, not all 0");
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
  const auto parse_end = [&account](const std::string& end, const std::string& name) {
    return end.empty() ? parse_account(account) : parse_account(end, name);
  };
  if (only.empty() && account.empty())
    throw bad_value(receives ? "has no account that it goes to"
                             : "has no account that it comes from");
  if (names_both && to.empty())
    throw bad_value("has no account that it goes to");
  if (!receives)
    op.from = parse_end(from, "from");
  if (receives)
    op.to = parse_end(to, "to");
  else if (names_both)
    op.to = parse_account(to, "to");
  take_value(take, op);
  if (const auto unit = take("currency"); !unit.empty())
    op.unit = parse_unit(unit);
  else if (opens)
    throw bad_value("has no currency");
  if (op.kind == operation_kind::post || op.kind == operation_kind::release)
    op.hold = parse_id(take("hold"), "the hold");
  if (op.kind == operation_kind::hold)
    take_end(take, op);
  if (!left.empty())
    throw bad_value("has " + in_quotes(left.begin()->first) + ", which " + in_quotes(kind)
                    + " does not take");
  return op;
}

bank::op_id random_id() {
  std::random_device device;
  const auto word = [&device] { return std::uint64_t{device()} << 32 | device(); };
  bank::op_id id{word(), word()};
  return id ? id : bank::op_id{0, 1};
}

} // namespace troupe::apps
