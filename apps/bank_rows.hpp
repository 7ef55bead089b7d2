// SPDX-License-Identifier: BSD-3-Clause
//
// The bank's values from text: what users type or import.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include "apps/typed_text.hpp"
#include "domain/bank/operation.hpp"

namespace troupe::apps {

/// What was typed is no such thing; what() is one line of plain ASCII.
class bad_value : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// -- each throws bad_value; `what` names the value in the line
bank::amount parse_amount(std::string_view text, const std::string& what = "the amount");
bank::account_id parse_account(std::string_view text, const std::string& what = "the account");
bank::currency parse_unit(std::string_view text);
bank::op_id parse_id(std::string_view text, const std::string& what = "the id");

/// A row's fields by name: id, kind, account, from, to, amount, currency, overdraft, hold,
/// expires_ms; those that are empty count as missing. `account` is from or to, whichever the kind
/// has by itself. An amount of 0 is no word for a hold's whole: only a missing one is.
using row_fields = std::map<std::string, std::string, std::less<>>;
bool is_row_field(std::string_view name);
bank::operation operation_of(const row_fields& fields);

/// Returns: a new id at random.
bank::op_id random_id();

} // namespace troupe::apps
