// SPDX-License-Identifier: BSD-3-Clause
//
// The tutorial's race with plain threads: a thread a teller, all of them let go at once.
//
//                   draw from one account              opposite transfers between two
//   none            look, pause, take                  look at both, pause, write both
//   lock            the lock held over all three       a lock an account: the payer's first, then,
//                                                      after the pause, the other: deadlock
//   ordered_locks   the same                           both locks, A's always before B's
//   atomics         look, pause, compare-and-swap;     the same, then add to the other
//                   look again if somebody was first
//
// `none` is the logical race and not a data race: every single access is an atomic one with relaxed
// order, so that nothing is undefined and a sanitizer that watches has nothing to report. What is
// missing is what makes check and act one. (With plain integers the compiler may do worse.)
//
// Known limits: the race of `none` needs all tellers to look before the first acts. They start
// together; with a pause of a few milliseconds on a busy machine one may still come late.
#pragma once

#include <string_view>

#include "domain/bank/race.hpp"

namespace troupe::baselines {

enum class race_engine : unsigned char { none, lock, ordered_locks, atomics };

/// Plays one round; returns when every thread has ended, which all do: a deadlock is seen the
/// moment it comes about, and the teller who would complete it gives up (see watched_locks.hpp).
/// Takes: a plan with 1 to race_tellers_max tellers.
/// Throws: std::system_error if the machine has no thread left to give.
/// Source: the tutorial's 03_lock_concurrent.py, both of them.
bank::race_outcome race_threads(const bank::race_plan& plan, race_engine engine);

} // namespace troupe::baselines
