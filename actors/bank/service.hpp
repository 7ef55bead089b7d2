// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "actors/bank/far_bank.hpp"
#include "io/gateway/bank_service.hpp"

namespace troupe::bank {

/// A ledger's actors behind a gateway's questions, in an actor system of their own: any number of
/// partitions, groups as large as the disk's sync is slow.
///
///   ask() -- batch_call --> router -- post_batch --> ledgers -- commit, sync --> done(receipts)
///
/// A ledger's counters tell what it committed; `mailbox` of the ledgers is how many operations wait
/// for their receipts, of the router how many questions for their answers.
///
/// Returns: never null. Throws: std::runtime_error with one line "PATH: reason"; at once, if
/// another process writes to that ledger.
std::unique_ptr<gateway::bank_service> make_bank_service(const gateway::bank_options& options);

/// The same for the bank of a cluster. Takes: whom it asks, who outlives it; what tells why it
/// cannot be asked now, or "", at once, on any thread.
std::unique_ptr<gateway::bank_service> make_far_bank_service(const gateway::bank_options& options,
                                                             far_bank& whom,
                                                             std::function<std::string()> why_not);

} // namespace troupe::bank
