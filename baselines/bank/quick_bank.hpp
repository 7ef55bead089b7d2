// SPDX-License-Identifier: BSD-3-Clause
//
// The bank of domain/bank/balances.hpp, shared by threads in the ways one knows: what differs is
// who may touch an account when, and nothing else. The actor that owns all accounts alone is
// measured against these.
//
//   one_mutex       one lock, taken for each transfer
//   batched_mutex   one lock, taken once a batch: what an actor does that gets its work in batches
//   ordered_locks   a lock an account; both are taken, the lower number first, so that no two wait
//                   for each other
//   atomics         no lock: compare-and-swap at the source, then add at the target. Between the
//   two
//                   the money is nowhere, and readers miss it
//   sqlite          (sqlite_bank.hpp) a database is asked instead, and what it took is on disk
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "domain/bank/balances.hpp"

namespace troupe::baselines {

/// A bank that several threads use at once. Threads: any, for both calls.
class quick_bank {
public:
  virtual ~quick_bank() = default;

  /// Applies each transfer, in this order; others' may come between. Returns: how many were
  /// refused.
  virtual std::size_t apply(std::span<const bank::quick_transfer> transfers) = 0;

  /// Returns: all balances at one moment (of `atomics`: at about one moment).
  virtual std::vector<std::int64_t> balances() = 0;
};

/// All of these. Takes: the balances to open with. Throws: as bank::opening_sum().
std::unique_ptr<quick_bank> one_mutex_bank(std::vector<std::int64_t> opening);
/// Takes: how many transfers are made under the lock before others get their turn, at least 1.
std::unique_ptr<quick_bank> batched_mutex_bank(std::vector<std::int64_t> opening,
                                               std::size_t batch_transfers_max = 256);
std::unique_ptr<quick_bank> ordered_locks_bank(std::vector<std::int64_t> opening);
std::unique_ptr<quick_bank> atomics_bank(std::vector<std::int64_t> opening);

} // namespace troupe::baselines
