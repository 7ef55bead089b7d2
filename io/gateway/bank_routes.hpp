// SPDX-License-Identifier: BSD-3-Clause
//
// A ledger over HTTP. All routes are guarded; those that write take a JSON object and an
// Idempotency-Key, and answer once it is synced.
//
//   POST /bank/accounts                  account, currency [, overdraft]           201, Location
//   GET  /bank/accounts/{id}                                                       account
//   GET  /bank/accounts/{id}/history     ?before=SEQUENCE&limit=N, newest first    records, next
//   POST /bank/accounts/{id}/close       [currency]                                receipt
//   POST /bank/deposits                  to, amount [, currency]                   receipt
//   POST /bank/withdrawals               from, amount [, currency]                 receipt
//   POST /bank/transfers                 from, to, amount [, currency]             receipt
//   GET  /bank/operations/{id}           what was done under an Idempotency-Key    receipt
//   POST /bank/holds                     from, amount [, currency, expires_ms]     receipt
//   GET  /bank/holds/{id}                                                          hold
//   POST /bank/holds/{id}/post           from, to [, amount, currency]             receipt
//   POST /bank/holds/{id}/void           from [, currency]                         receipt
//   POST /bank/batches                   operations [, all_or_nothing]             receipts
//
// Amounts are minor units (1250 is 12.50 EUR), account numbers are 1 to 2^62-1: whole JSON numbers,
// or the same digits as text. 1.5, 1e3, 1.0 and what 64 bits do not hold are refused. Answers have
// whole numbers, as `troupe-bank --json` does: who reads JSON numbers into doubles reads those
// above 2^53 wrong.
//
// Idempotency-Key is the operation's id: 32 hexadecimal digits, hyphens anywhere (a UUID), with or
// without quotes around. A hold's key is its {id} later. The same key with the same content is
// answered as it was the first time, refusals too; with other content: 422 id_reused. A ledger
// knows the ids of each partition by itself: keys are to be made at random, not counted anew for
// each account. In a batch each operation has its "id" and "kind" instead, and there is no key.
//
// Who has heard nothing may send the same again, or ask: an operation that is known is told with
// 200 and its receipt, a refused one too, whose `error` says why (a status would be that of the
// question). 404 no_operation: not known, for now; ids that a ledger has taken it keeps for ever.
// An id that several partitions know is 409 ambiguous_id. A receipt's Content-Location says where
// it can be had again (RFC 9110, 8.7).
#pragma once

#include <cstddef>
#include <cstdint>

#include "io/gateway/bank_service.hpp"
#include "io/gateway/front.hpp"

namespace troupe::gateway {

struct bank_route_limits {
  std::size_t batch_operations_max = 1'000;  ///< 413
  std::uint32_t history_records_max = 1'000; ///< of one page; a larger `limit` is refused
  std::uint32_t history_records = 100;       ///< if no `limit` is given
  /// Longer than a ledger's own deadline, so that the client hears the ledger's word.
  std::uint32_t answer_ms_max = 40'000;
};

/// Adds the routes above. Takes: a service that outlives the front.
void add_bank_routes(front& to, bank_service& service, const bank_route_limits& bounds = {});

} // namespace troupe::gateway
