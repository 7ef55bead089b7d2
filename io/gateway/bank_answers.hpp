// SPDX-License-Identifier: BSD-3-Clause
//
// From a ledger's answers to HTTP's. The JSON has the members that `troupe-bank ledger --json` has.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/bank/operation.hpp"
#include "io/gateway/bank_service.hpp"
#include "io/http_server/answer.hpp"

namespace troupe::gateway {

/// How HTTP tells of a ledger's refusal. The problem's `code` is the enumerator's name.
struct bank_fault_answer {
  int status = 500;
  std::string_view meaning; ///< a sentence
};
bank_fault_answer answer_of(bank::fault f);

/// What a ledger has told of those that a refused operation names, for the sentence about it: as
/// they stand now, which may be long after the refusal.
struct bank_facts {
  bool known = false; ///< the accounts were asked for: one that is not here is not there
  std::optional<bank::account> from, to;
  std::optional<bank::hold> hold;
};

/// Returns: the problem that a refused operation is answered with; it names the account, amount or
/// currency where that is known.
io::server_answer bank_problem(const bank::operation& op, const bank::receipt& r,
                               const bank_facts& facts = {});
/// The same of a question. Takes: `where`, what was asked for ("account 17").
io::server_answer bank_problem(bank::fault f, const std::string& where);

/// {"id":"…","kind":"transfer","from":1,"to":2,"amount":100,...}
std::string receipt_json(const bank::operation& op, const bank::receipt& r);
/// {"receipts":[...]}, of a batch.
std::string receipts_json(const bank_batch& batch, const bank_receipts& answer);
std::string account_json(const bank::account& a);
/// {"hold":"…","account":17,"amount":50,"expires_ms":null,"state":"open","closed_by":null}
std::string hold_json(const bank::hold& h);
/// {"account":17,"records":[...],"next":"/bank/accounts/17/history?before=5&limit=100"}; `next` is
/// null where there are no more. Takes: `records_max`, of a page; one more of them says that there
/// is another page, and is not told.
std::string history_json(const history_question& asked, const std::vector<bank::record>& records,
                         std::size_t records_max);

} // namespace troupe::gateway
