// SPDX-License-Identifier: BSD-3-Clause
//
// The bank's answers as text, JSON and CSV.
#pragma once

#include <string>
#include <string_view>

#include "domain/bank/operation.hpp"

namespace troupe::apps {

/// Returns: the word that users type for it: "void" for a release.
std::string_view word_of(bank::operation_kind k);
/// Why an operation was refused, in one line: the fault's name, and what that means here.
std::string refusal_of(const bank::operation& op, const bank::receipt& r);

// -- JSON is one object without a line's end; ids are hexadecimal
/// Takes: for a receipt that has an error, the line that explains it.
std::string json_of(const bank::operation& op, const bank::receipt& r, const std::string& message);
std::string json_of(const bank::account& a, bank::amount held_now);
std::string json_of(const bank::record& r);

/// "transfer 100 from 1 to 2: done, ..." for a terminal.
std::string text_of(const bank::operation& op, const bank::receipt& r);
std::string text_of(const bank::account& a, bank::amount held_now); ///< "100 EUR (held 5)"
std::string text_of(const bank::record& r, bank::account_id seen_from);

extern const char* const account_csv_header;
extern const char* const record_csv_header;
std::string csv_of(const bank::account& a);
std::string csv_of(const bank::record& r);

} // namespace troupe::apps
