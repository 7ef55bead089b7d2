// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/bank/operation.hpp"

namespace troupe::bank {

/// Every bound of a ledger.
struct ledger_limits {
  std::size_t batch_operations_max = 10'000;
  std::uint64_t accounts_max = 50'000'000; ///< a partition
  std::uint64_t holds_max = 50'000'000;    ///< a partition, closed ones included
  std::uint64_t ids_max = 200'000'000;     ///< a partition; an id costs about 40 bytes of memory
};

/// Which part of a bank a ledger is. Account a lives in partition a % count.
struct partition {
  std::uint32_t number = 0;
  std::uint32_t count = 1;
  bool owns(account_id a) const { return is_system(a) || a % count == number; }
  friend bool operator==(const partition&, const partition&) = default;
};

/// What a ledger has done since changes were last taken: what one commit has to store.
struct change_set {
  std::span<const record> records;
  std::vector<account> accounts; ///< as they are now, each once
  std::vector<hold> holds;       ///< likewise
  bool empty() const { return records.empty(); }
};

/// Where a ledger looks up what it committed: needed only when an id comes again, or is asked for.
class record_source {
public:
  virtual ~record_source() = default;
  /// Returns: the record of that place in the history; nothing if it cannot be had.
  virtual std::optional<record> record_at(std::uint64_t sequence) = 0;
};

/// One partition's accounts, holds and ids, and the rules. Pure: it is told the time and asks for
/// no storage but old records. Whoever owns one applies operations, stores changes(), calls
/// committed(), and only then lets receipts out.
///
///   operation --apply--> receipt        accounts, holds --changes()--> store, in one transaction
///
/// A transfer between partitions, of which each step is a record:
///
///   source: transfer -> a hold, receipt.pending;  target: receive;  source: settle or give_back
///
/// A post to another partition is one too: it ends the hold, and what it posts of it is reserved
/// under its own id, without an end, until it is settled or given back.
///
/// Always true, of each partition by itself, for each currency: the balances add up to 0; and of
/// each account of a client: balance - held >= -overdraft_max, held >= 0.
class ledger {
public:
  explicit ledger(partition where = {}, ledger_limits bounds = {});
  ~ledger();
  ledger(ledger&&) noexcept;
  ledger& operator=(ledger&&) noexcept;

  // -- from the store, before any work; accounts before holds
  void restore(const account& a);
  void restore(const hold& h);
  void expect(std::uint64_t records); ///< so many will be restored: makes room for their ids
  /// A record, of which only the operation's id and kind are looked at.
  void restore(const operation& asked, std::uint64_t sequence, std::int64_t time_ms);

  // -- work
  /// Does one operation at `now_ms`, which never runs backwards: earlier times count as the last.
  /// Takes: `old`, for ids that come again.
  /// Returns: the receipt; of a known id, the first one (fault::id_reused if the content differs).
  receipt apply(const operation& op, std::int64_t now_ms, record_source& old);
  /// The same for many. Returns: a receipt each, in order. With `all_or_nothing` a refusal undoes
  /// all of the batch, ids included: the refused have their fault, the others batch_refused.
  std::vector<receipt> apply(std::span<const operation> ops, bool all_or_nothing,
                             std::int64_t now_ms, record_source& old);
  /// Ends holds whose time is over.
  void expire(std::int64_t now_ms);

  // -- what to store
  change_set changes(); ///< its spans are valid until the next change
  void committed();     ///< changes() is stored

  // -- looking
  partition where() const;
  const account* find_account(account_id id) const; ///< valid until the next change
  const hold* find_hold(const op_id& id) const;     ///< likewise
  /// Returns: what a client asked under this id, and what it would be told if it asked again, with
  /// nothing done; nothing if no such id is known here. The receipt's error is store_failed where
  /// `old` cannot give a record.
  std::optional<record> find_operation(const op_id& id, record_source& old) const;
  /// Returns: the record of a transfer that came, or was refused, from another partition; nothing
  /// if there is none. The receipt's error is store_failed where `old` cannot give it.
  std::optional<record> find_arrival(const op_id& id, record_source& old) const;
  std::uint64_t last_sequence() const;
  std::int64_t last_time_ms() const;
  std::optional<std::int64_t> next_expiry_ms() const;
  /// What was sent to other partitions and is not settled yet, each as a transfer, posts too.
  std::vector<operation> open_transfers() const;
  std::size_t account_count() const;
  std::vector<account> accounts() const; ///< by number, system accounts last

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::bank
