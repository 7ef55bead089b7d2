// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <memory>

#include "domain/bank/operation.hpp"
#include "io/gateway/bank_service.hpp"
#include "io/http_server/answer.hpp"

namespace troupe::gateway {

/// Answers a refused operation with a problem that says which account, currency or amount it was.
/// Where the receipt alone does not say, the ledger is asked once more; whatever it answers, or
/// does not, the refusal is sent. Takes: a service that outlives this; `gone`, that nobody waits
/// for the answer any more: then nobody is asked. Threads: any.
void tell_refusal(bank_service& service, const bank::operation& op, const bank::receipt& r,
                  const io::answerer& answer, const std::shared_ptr<const std::atomic<bool>>& gone);

} // namespace troupe::gateway
