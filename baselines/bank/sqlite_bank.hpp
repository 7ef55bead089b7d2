// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "baselines/bank/quick_bank.hpp"

namespace troupe::baselines {

struct sqlite_setting {
  std::filesystem::path file;           ///< must not exist yet
  std::size_t commit_transfers_max = 1; ///< how many transfers share a commit, at least 1
  std::size_t connections = 0;          ///< opened beforehand; more are when more threads come
  std::uint32_t busy_ms_max = 120'000;  ///< how long a thread waits for its turn to write
};

/// A bank whose accounts are rows: each thread has a connection of its own, begins a transaction
/// when it is its turn, and returns from apply() when the commit is synced (WAL, synchronous FULL).
/// Pages, caches and checkpoints are SQLite's defaults: they serve it better than the ledger's.
/// Each transfer leaves a row with an id that no other transfer has.
///
/// Cost: a sync a commit. Ids ascend within a connection, the kindest order for the index.
/// Throws: as bank::opening_sum(); std::runtime_error with SQLite's own words, here and from both
///   calls. A transaction that failed is rolled back; those before it stand.
std::unique_ptr<quick_bank> sqlite_bank(std::vector<std::int64_t> opening,
                                        const sqlite_setting& setting);

} // namespace troupe::baselines
