// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "baselines/gateway/start_threads.hpp"
#include "io/gateway/bank_service.hpp"

namespace troupe::baselines {

/// The same ledger, rules, file and questions as the actors' bank, behind one lock.
///
///   pool:    ask() -> queue -> whichever thread is free takes all that waits -> lock, apply,
///            one commit, unlock -> done(...)
///   serial:  ask() -> lock, apply, commit, unlock -> done(...), all on the caller's thread
///
/// Known limits: one partition. Money between partitions needs somebody who brings it there and
/// tries again after a crash, which the actors' courier is. Holds whose time is over end when the
/// next question comes, not by a clock.
///
/// Takes: how many threads; 0 is serial; what makes them. Returns: never null.
/// Throws: std::runtime_error with one line "PATH: reason"; at once, if another process writes to
/// that ledger, or if it has several partitions; or if not all threads can be had.
std::unique_ptr<gateway::bank_service> make_locked_bank(const gateway::bank_options& options,
                                                        unsigned threads,
                                                        const thread_maker& make = {});

} // namespace troupe::baselines
