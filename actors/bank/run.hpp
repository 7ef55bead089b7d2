// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/bank/ledger.hpp"
#include "io/bank/ledger_store.hpp"

namespace troupe::bank {

/// How a bank runs.
struct bank_setting {
  ledger_limits bounds;
  /// Wall time in Unix milliseconds, for receipts and for holds' ends.
  std::function<std::int64_t()> now_ms;
};

/// A running bank: a ledger actor a partition over its store, couriers between them, and a router.
/// Threads: its functions may be called from several threads at once.
class bank {
public:
  /// Takes: one store a partition, in order, each locked for us alone.
  /// Throws: std::runtime_error with one line, if a store cannot be loaded.
  bank(std::vector<std::unique_ptr<io::ledger_store>> stores, bank_setting setting);
  /// Lets what was posted end.
  ~bank();
  bank(const bank&) = delete;
  bank& operator=(const bank&) = delete;

  /// Does operations of clients and waits for their receipts, one each, in order. What has no
  /// answer by the deadline has fault::unreachable: it may still be done, so send it again, with
  /// the same id.
  std::vector<receipt> post(std::vector<operation> ops, bool all_or_nothing = false);
  /// Starts the same; `done` is called once, on any thread.
  void post(std::vector<operation> ops, bool all_or_nothing,
            std::function<void(std::vector<receipt>)> done);
  /// Returns: nothing if there is no such account.
  /// Throws: std::runtime_error if the ledger has stopped or does not answer.
  std::optional<account> find_account(account_id id);
  std::vector<record> history(account_id id, std::uint64_t before, std::uint32_t records_max);
  /// Start the same; `done` is called once, on any thread. Faults: no_account, store_failed,
  /// unreachable. Of a bank that ends first it is destroyed, uncalled.
  void find_account(account_id id, std::function<void(fault, const account&)> done);
  void history(account_id id, std::uint64_t before, std::uint32_t records_max,
               std::function<void(fault, std::vector<record>)> done);
  /// What was done under an id, with the receipt that posting the same again would get; and a hold.
  /// Likewise. Faults: store_failed, unreachable. An id that is not known has no record, one that
  /// several partitions know has several.
  void find_operation(op_id id, std::function<void(fault, std::vector<record>)> done);
  void find_hold(op_id id, std::function<void(fault, std::vector<hold>)> done);
  /// Returns: "" or why a ledger has stopped.
  std::string failure() const;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::bank
