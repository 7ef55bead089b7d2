// SPDX-License-Identifier: BSD-3-Clause
//
// From requests to a ledger's operations and questions. Whatever comes is refused unless every part
// of it is what it should be.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "io/gateway/bank_routes.hpp"
#include "io/gateway/bank_service.hpp"
#include "io/http_server/request.hpp"

namespace troupe::gateway {

/// Why a request is answered before any ledger hears of it: a problem to be.
struct bank_refusal {
  int status = 400;
  std::string_view code; ///< a literal
  std::string detail;
};
template <class T>
using bank_read = tl::expected<T, bank_refusal>;

/// Reads the Idempotency-Key field: 32 hexadecimal digits, hyphens anywhere, quotes around or not.
/// Faults: idempotency_key_missing, idempotency_key_repeated, invalid_idempotency_key.
/// Source: draft-ietf-httpapi-idempotency-key-header, 2: there it is a quoted string.
bank_read<bank::op_id> read_idempotency_key(const io::server_request& request);

/// Reads a path's account. Faults: invalid_account.
bank_read<bank::account_id> read_account_number(std::string_view text);
/// Read a path's hold or operation. Faults: invalid_id.
bank_read<bank::op_id> read_hold_id(std::string_view text);
bank_read<bank::op_id> read_operation_id(std::string_view text);

/// Reads the body of one operation. Takes: what key and path have said of it: id, kind, `hold` of
/// post and release, `from` of close.
/// Faults: invalid_json, unknown_member, missing_member, invalid_amount, invalid_account,
/// invalid_currency, invalid_time.
bank_read<bank::operation> read_operation(bank::operation begun, std::string_view body);

/// Reads the body of a batch. Faults: those of each operation, whose place is told; invalid_kind,
/// invalid_id, too_many_operations (413).
bank_read<bank_batch> read_batch(std::string_view body, std::size_t operations_max);

/// Reads "before=17&limit=100". Faults: invalid_query.
bank_read<history_question> read_history_query(bank::account_id id, std::string_view query,
                                               const bank_route_limits& bounds);

} // namespace troupe::gateway
