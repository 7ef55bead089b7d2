// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "io/bank/ledger_store.hpp"
#include "io/bank/writer_turn.hpp"
#include "io/gateway/bank_service.hpp"

namespace troupe::gateway {

/// What one partition has committed since it was opened.
struct bank_counts {
  std::atomic<std::uint64_t> commits{0};
  std::atomic<std::uint64_t> operations{0}; ///< of clients, that were done
  std::atomic<std::uint64_t> transfers{0};  ///< among them; between partitions also posts of holds
  std::atomic<std::uint64_t> refused{0};    ///< of clients, with their refusals in the history
};

/// A ledger's files, opened for writing while it is our turn.
struct bank_file {
  std::shared_ptr<io::writer_turn> turn;                 ///< to be kept until the stores have gone
  std::vector<std::unique_ptr<io::ledger_store>> stores; ///< each counts what it commits
  std::vector<std::shared_ptr<const bank_counts>> counts;
};

/// Opens or makes a ledger.
/// Throws: std::runtime_error with one line "PATH: reason": at once, if another process writes to
/// it.
bank_file open_bank_file(const bank_options& options);

/// Appends what all partitions have counted.
void add_readings(reading& to, const std::vector<std::shared_ptr<const bank_counts>>& counts);

} // namespace troupe::gateway
