// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/bank_requests.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include "io/gateway/json_rows.hpp"

namespace troupe::gateway {

namespace {

using bank::operation_kind;
using kind = json_member::kind;

/// What an operation's body may say.
enum field : unsigned {
  account_field = 1u << 0, // of open: its new number
  from_field = 1u << 1,
  to_field = 1u << 2,
  amount_field = 1u << 3,
  overdraft_field = 1u << 4,
  currency_field = 1u << 5,
  expires_field = 1u << 6,
  hold_field = 1u << 7,
};
constexpr std::pair<std::string_view, field> field_names[] = {{"account", account_field},
                                                              {"from", from_field},
                                                              {"to", to_field},
                                                              {"amount", amount_field},
                                                              {"overdraft", overdraft_field},
                                                              {"currency", currency_field},
                                                              {"expires_ms", expires_field},
                                                              {"hold", hold_field}};

struct field_set {
  unsigned needed = 0;
  unsigned also = 0;
};

// A release takes no currency: the ledger would not look at it.
field_set fields_of(operation_kind k) {
  switch (k) {
  case operation_kind::open:
    return {account_field | currency_field, overdraft_field};
  case operation_kind::close:
    return {from_field, currency_field};
  case operation_kind::deposit:
    return {to_field | amount_field, currency_field};
  case operation_kind::withdraw:
    return {from_field | amount_field, currency_field};
  case operation_kind::transfer:
    return {from_field | to_field | amount_field, currency_field};
  case operation_kind::hold:
    return {from_field | amount_field, currency_field | expires_field};
  case operation_kind::post:
    return {hold_field | from_field | to_field, amount_field | currency_field};
  case operation_kind::release:
    return {hold_field | from_field, 0};
  case operation_kind::expire:
  case operation_kind::receive:
  case operation_kind::settle:
  case operation_kind::give_back:
    break;
  }
  return {};
}

tl::unexpected<bank_refusal> refuse(std::string_view code, std::string detail, int status = 400) {
  return tl::unexpected(bank_refusal{status, code, std::move(detail)});
}

template <class Number>
std::optional<Number> whole(std::string_view text) {
  Number value = 0;
  const auto end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc{} && stop == end && !text.empty() ? std::optional{value} : std::nullopt;
}

bank_read<bank::account_id> account_of(std::string_view text, std::string_view name) {
  const auto id = whole<bank::account_id>(text);
  if (!id || *id == bank::no_account || *id > bank::account_id_max)
    return refuse("invalid_account", std::string{name} + " " + in_quotes(text)
                                         + " is no whole number between 1 and "
                                         + std::to_string(bank::account_id_max) + ".");
  return *id;
}

bank_read<bank::amount> amount_of(std::string_view text, std::string_view name) {
  if (const auto a = whole<bank::amount>(text))
    return *a;
  return refuse("invalid_amount", std::string{name} + " " + in_quotes(text)
                                      + " is no whole number of minor units within 64 bits"
                                        " (12.50 EUR is 1250).");
}

bank_read<bank::op_id> id_of(std::string_view text, std::string what) {
  if (const auto id = bank::parse_op_id(text))
    return *id;
  return refuse("invalid_id",
                std::move(what) + in_quotes(text) + " is not 32 hexadecimal digits, not all 0.");
}

/// Sets what one member says. Returns: "" or code and detail of a refusal.
std::optional<bank_refusal> put(bank::operation& op, field f, const json_member& m) {
  const auto number = [&](auto read, auto& to) -> std::optional<bank_refusal> {
    if (!read)
      return std::move(read.error());
    to = *read;
    return std::nullopt;
  };
  switch (f) {
  case account_field:
  case to_field:
    return number(account_of(m.value, m.name), op.to);
  case from_field:
    return number(account_of(m.value, m.name), op.from);
  case amount_field:
    // 0 is how the operation itself says "the whole": nobody who sent it means that.
    if (auto wrong = number(amount_of(m.value, m.name), op.value); wrong)
      return wrong;
    if (op.kind == operation_kind::post && op.value == 0)
      return bank_refusal{400, "invalid_amount",
                          "amount 0 would post nothing; without an amount the whole is posted."};
    return std::nullopt;
  case overdraft_field:
    if (auto wrong = number(amount_of(m.value, m.name), op.value); wrong)
      return wrong;
    if (op.value < 0)
      return bank_refusal{400, "invalid_amount",
                          "overdraft " + in_quotes(m.value) + " is below 0."};
    return std::nullopt;
  case currency_field:
    op.unit = bank::parse_currency(m.value);
    if (op.unit == bank::currency::none)
      return bank_refusal{400, "invalid_currency",
                          "currency " + in_quotes(m.value)
                              + " is not three or four capital letters."};
    return std::nullopt;
  case expires_field: {
    const auto at = whole<std::int64_t>(m.value);
    if (!at || *at < 1)
      return bank_refusal{400, "invalid_time",
                          "expires_ms " + in_quotes(m.value) + " is no time in Unix milliseconds."};
    op.expires_ms = *at;
    return std::nullopt;
  }
  case hold_field: {
    const auto id = bank::parse_op_id(m.value);
    if (!id)
      return bank_refusal{400, "invalid_id",
                          "hold " + in_quotes(m.value)
                              + " is not 32 hexadecimal digits, not all 0."};
    op.hold = *id;
    return std::nullopt;
  }
  }
  return std::nullopt;
}

/// Takes: `given`, what is known already and may not be said again.
bank_read<bank::operation> take_fields(bank::operation op, const json_row& row, unsigned given) {
  const auto takes = fields_of(op.kind);
  unsigned met = given;
  for (const auto& m : row) {
    const auto at = std::find_if(std::begin(field_names), std::end(field_names),
                                 [&](const auto& f) { return f.first == m.name; });
    if (at == std::end(field_names) || ((takes.needed | takes.also) & ~given & at->second) == 0)
      return refuse("unknown_member", in_quotes(m.name) + " is no member that this takes.");
    if (m.what == kind::null)
      continue;
    if (m.what == kind::boolean)
      return refuse(at->second == amount_field ? "invalid_amount" : "invalid_json",
                    in_quotes(m.name) + " is neither text nor number.");
    if (auto wrong = put(op, at->second, m))
      return tl::unexpected(std::move(*wrong));
    met |= at->second;
  }
  for (const auto& [name, f] : field_names)
    if ((takes.needed & ~met & f) != 0)
      return refuse("missing_member", std::string{name} + " is missing.");
  return op;
}

operation_kind kind_of(std::string_view text) {
  if (text == "void")
    return operation_kind::release;
  for (auto k = operation_kind::open; from_client(k);
       k = static_cast<operation_kind>(static_cast<int>(k) + 1))
    if (text == to_string(k))
      return k;
  return operation_kind{};
}

/// Takes a member out of a row. Returns: its text; none if it is not there, or null.
std::optional<std::string> take(json_row& row, std::string_view name) {
  const auto at =
      std::find_if(row.begin(), row.end(), [&](const json_member& m) { return m.name == name; });
  if (at == row.end())
    return std::nullopt;
  auto value = at->what == kind::null ? std::nullopt : std::optional{std::move(at->value)};
  row.erase(at);
  return value;
}

bank_read<bank::operation> batch_operation(json_row row) {
  bank::operation op;
  const auto id = take(row, "id");
  if (!id)
    return refuse("missing_member", "id is missing.");
  if (const auto read = bank::parse_op_id(*id))
    op.id = *read;
  else
    return refuse("invalid_id",
                  "id " + in_quotes(*id) + " is not 32 hexadecimal digits, not all 0.");
  const auto word = take(row, "kind");
  if (!word)
    return refuse("missing_member", "kind is missing.");
  op.kind = kind_of(*word);
  if (!from_client(op.kind))
    return refuse("invalid_kind",
                  "kind " + in_quotes(*word)
                      + " is none of open, close, deposit, withdraw, transfer, hold, post, void.");
  return take_fields(op, row, 0);
}

} // namespace

bank_read<bank::op_id> read_idempotency_key(const io::server_request& request) {
  const auto count = request.field_count("Idempotency-Key");
  if (count == 0)
    return refuse("idempotency_key_missing",
                  "This needs an Idempotency-Key, new for each operation and the same when it is"
                  " sent again: a UUID, or 32 hexadecimal digits.");
  if (count != 1)
    return refuse("idempotency_key_repeated", "There is more than one Idempotency-Key.");
  auto text = request.field("Idempotency-Key");
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
    text = text.substr(1, text.size() - 2);
  if (const auto id = bank::parse_op_id(text))
    return *id;
  return refuse("invalid_idempotency_key",
                "The Idempotency-Key " + in_quotes(text)
                    + " is not 32 hexadecimal digits (hyphens may be in it), not all 0.");
}

bank_read<bank::account_id> read_account_number(std::string_view text) {
  return account_of(text, "The account");
}

bank_read<bank::op_id> read_hold_id(std::string_view text) { return id_of(text, "The hold "); }
bank_read<bank::op_id> read_operation_id(std::string_view text) {
  return id_of(text, "The operation ");
}

bank_read<bank::operation> read_operation(bank::operation begun, std::string_view body) {
  if (body.empty() && begun.kind == operation_kind::close)
    return refuse("invalid_json", "There is no body: send {}.");
  if (body.empty() && begun.kind == operation_kind::release)
    return refuse("invalid_json", "There is no body: send {\"from\":ACCOUNT}, whose hold it is.");
  const auto read = read_json_rows(body);
  if (!read.error.empty())
    return refuse("invalid_json", read.error);
  const unsigned given =
      (begun.hold ? hold_field : 0u) | (begun.from != bank::no_account ? from_field : 0u);
  return take_fields(begun, read.top, given);
}

bank_read<bank_batch> read_batch(std::string_view body, std::size_t operations_max) {
  auto read = read_json_rows(body, "operations", {.rows_max = operations_max});
  if (!read.error.empty())
    return refuse(read.too_many ? "too_many_operations" : "invalid_json", read.error,
                  read.too_many ? 413 : 400);
  bank_batch batch;
  for (const auto& m : read.top) {
    if (m.name != "all_or_nothing" && m.name != "operations")
      return refuse("unknown_member", in_quotes(m.name) + " is no member that this takes.");
    if (m.name == "operations" || m.what != kind::boolean)
      return refuse("invalid_json", in_quotes(m.name)
                                        + (m.name == "operations" ? " is no array."
                                                                  : " is neither true nor false."));
    batch.all_or_nothing = m.value == "true";
  }
  if (read.rows.empty())
    return refuse("missing_member",
                  read.has_rows ? "operations is empty." : "operations is missing.");
  for (std::size_t i = 0; i < read.rows.size(); ++i) {
    auto op = batch_operation(std::move(read.rows[i]));
    if (!op) {
      op.error().detail = "operations[" + std::to_string(i) + "]: " + op.error().detail;
      return tl::unexpected(std::move(op.error()));
    }
    batch.operations.push_back(*op);
  }
  return batch;
}

bank_read<history_question> read_history_query(bank::account_id id, std::string_view query,
                                               const bank_route_limits& bounds) {
  history_question q{id, 0, bounds.history_records};
  bool before = false, limit = false;
  while (!query.empty()) {
    const auto part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), part.size() + 1));
    const auto name = part.substr(0, part.find('='));
    const auto value = part.substr(std::min(part.size(), name.size() + 1));
    if (name == "before" && !std::exchange(before, true)) {
      const auto at = whole<std::uint64_t>(value);
      if (!at || *at == 0 || *at > ~std::uint64_t{0} >> 1)
        return refuse("invalid_query", "before " + in_quotes(value)
                                           + " is no place in a history: a whole number above 0.");
      q.before = *at;
    } else if (name == "limit" && !std::exchange(limit, true)) {
      const auto most = whole<std::uint32_t>(value);
      if (!most || *most == 0 || *most > bounds.history_records_max)
        return refuse("invalid_query", "limit " + in_quotes(value)
                                           + " is no whole number between 1 and "
                                           + std::to_string(bounds.history_records_max) + ".");
      q.records_max = *most;
    } else {
      return refuse("invalid_query", in_quotes(name) + " is not before or limit, or comes twice.");
    }
  }
  return q;
}

} // namespace troupe::gateway
