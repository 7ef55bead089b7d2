// SPDX-License-Identifier: BSD-3-Clause
//
// The bank's values as text: what users type or import, and what they are shown.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include "domain/bank/operation.hpp"

namespace troupe::apps {

/// What was typed is no such thing; what() is one line.
class bad_value : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// -- from text. Each throws bad_value; `what` names the value in the line.
bank::amount parse_amount(std::string_view text, const std::string& what = "the amount");
bank::account_id parse_account(std::string_view text, const std::string& what = "the account");
bank::currency parse_unit(std::string_view text);
bank::op_id parse_id(std::string_view text, const std::string& what = "the id");

/// A row's fields by name: id, kind, account, from, to, amount, currency, overdraft, hold,
/// expires_ms; those that are empty count as missing. `account` is from or to, whichever the kind
/// has by itself.
using row_fields = std::map<std::string, std::string, std::less<>>;
bool is_row_field(std::string_view name);
bank::operation operation_of(const row_fields& fields);

/// Returns: a new id at random.
bank::op_id random_id();

// -- to text. JSON is one object without a line's end; ids are hexadecimal.
std::string json_of(const bank::operation& op, const bank::receipt& r);
/// Why an operation was refused, in one line: the fault, and what there is to know about it.
std::string refusal_of(const bank::operation& op, const bank::receipt& r);
std::string json_of(const bank::account& a, bank::amount held_now);
std::string json_of(const bank::record& r);
/// "transfer 100 from 1 to 2: done, ..." for a terminal.
std::string text_of(const bank::operation& op, const bank::receipt& r);
std::string text_of(const bank::record& r, bank::account_id seen_from);

extern const char* const account_csv_header;
extern const char* const record_csv_header;
std::string csv_of(const bank::account& a);
std::string csv_of(const bank::record& r);

} // namespace troupe::apps
