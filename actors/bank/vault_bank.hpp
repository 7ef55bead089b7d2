// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "actors/bank/vault_teller.hpp"
#include "runtime/system.hpp"

namespace troupe::bank {

/// A vault with its actor system, for those who are no actors: tests, benches, a program's main.
class vault_bank {
public:
  /// Throws: as opening_sum().
  explicit vault_bank(std::vector<std::int64_t> opening, const runtime::system_options& scheduling);
  ~vault_bank();

  /// Has a teller for each source, all at once, and waits until every source is used up.
  /// Returns: what they did together; `error` is the first that there was.
  /// Threads: any; the sources are called on the system's workers, each by one at a time.
  teller_report run(std::vector<transfer_source> sources, const vault_limits& bounds = {});

  /// Returns: all balances, of one moment between two batches.
  /// Throws: std::runtime_error if the vault does not answer within `answer_ms_max`.
  /// Threads: any, also while run() is under way.
  std::vector<std::int64_t> balances(const vault_limits& bounds = {});

private:
  struct inside; // CAF stays out of those who only run a bank
  std::unique_ptr<inside> inside_;
};

} // namespace troupe::bank
