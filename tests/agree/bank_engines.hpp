// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "baselines/bank/quick_bank.hpp"
#include "baselines/bank/sqlite_bank.hpp"

namespace troupe::test {

/// One way of sharing a bank, as the agree tests see it.
struct bank_engine_row {
  using opener = std::function<std::unique_ptr<baselines::quick_bank>(
      std::vector<std::int64_t> opening, const std::filesystem::path& folder)>;
  std::string_view name;
  opener open;
  bool whole_to_readers = true;          ///< a reader never misses money that is on its way
  std::size_t thread_transfers = 20'000; ///< how many a thread makes here: few where each is synced
  std::size_t looks = 200; ///< how many different balances a reader wants to have seen
};

/// The engines of this test program, as engines() is for the crawl: the baselines alone, which
/// ThreadSanitizer can watch, or the actor.
const std::vector<bank_engine_row>& bank_engines();

/// The ways without actors.
inline std::vector<bank_engine_row> baseline_bank_engines() {
  using namespace baselines;
  using amounts = std::vector<std::int64_t>;
  using path = std::filesystem::path;
  const auto sqlite = [](std::size_t per_commit) {
    return [per_commit](amounts a, const path& folder) {
      return sqlite_bank(std::move(a), {folder / "bank.db", per_commit});
    };
  };
  return {
      {"one-mutex", [](amounts a, const path&) { return one_mutex_bank(std::move(a)); }},
      {"batched-mutex", [](amounts a, const path&) { return batched_mutex_bank(std::move(a)); }},
      {"batched-mutex-7",
       [](amounts a, const path&) { return batched_mutex_bank(std::move(a), 7); }},
      {"ordered-locks", [](amounts a, const path&) { return ordered_locks_bank(std::move(a)); }},
      {"atomics", [](amounts a, const path&) { return atomics_bank(std::move(a)); }, false},
      {"sqlite-1", sqlite(1), true, 100, 5},
      {"sqlite-1000", sqlite(1000), true, 5'000, 20},
  };
}

} // namespace troupe::test
