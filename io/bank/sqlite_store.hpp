// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "io/bank/ledger_store.hpp"

namespace troupe::io {

struct sqlite_store_limits {
  std::size_t records_behind_max = 16'384; ///< 0 writes rows with each commit
  /// How long a commit waits to begin while another process has the file locked.
  std::chrono::milliseconds begin_wait_max{60'000};
  /// What the epoch has to be above once it is raised. A file where it is not is refused, and keeps
  /// the epoch that it has: else it would be tried, and raised, until it passed.
  std::int64_t epoch_above = -1;
};

/// One partition in an SQLite file: WAL, synchronous=FULL, one transaction a commit. See
/// io/bank/sqlite_schema.hpp for what is in it.
///
/// The fence: opening raises `epoch` in the file, and each commit looks, inside its transaction,
/// whether the epoch is still ours. So the one who opened last writes, and who wrote before is told
/// at its next commit; two can never both commit, however slow or stopped the first one was.
///
/// After a commit that failed nothing more is committed: what the ledger has in memory may no
/// longer be what is stored. Whoever opens the file anew goes on from what is stored. A lock that
/// another process holds (a shell with an open transaction) is no failure until `begin_wait_max` is
/// over: before the commit has begun nothing is in doubt.
///
/// Rows of accounts are written for many commits at once: when `records_behind_max` records are
/// newer than they are, and at the end. Opening redoes those records, so nothing hangs on it.
class sqlite_store final : public ledger_store {
public:
  /// Opens a partition's file and takes over.
  /// Throws: std::runtime_error with one line "PATH: reason".
  /// Takes: the partition that the file has to be.
  sqlite_store(const std::string& file, bank::partition where, sqlite_store_limits limits = {});
  ~sqlite_store() override;

  std::string load(bank::ledger& into) override;
  std::string commit(const bank::change_set& change) override;
  tl::expected<std::vector<bank::record>, std::string>
  history(bank::account_id account, std::uint64_t before, std::size_t records_max) override;
  std::optional<bank::record> record_at(std::uint64_t sequence) override;
  std::int64_t epoch() const; ///< that it has the file with

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// What to do where no file is.
enum class when_missing { fail, create };

/// Makes a ledger's files where there are none. Takes and throws as open_stores.
/// Returns: how many partitions it has.
std::uint32_t make_stores(const std::string& path, std::uint32_t partitions, when_missing missing);

/// Opens all partitions of a ledger for writing: PATH, PATH.1, PATH.2 ...
/// Takes: how many there are, or 0: as many as the file says (one, if it is to be made). The number
/// is fixed when a ledger is made.
/// Throws: std::runtime_error with one line "PATH: reason"; then none was taken over that was not
/// there before, and what was made is blank or whole.
std::vector<std::unique_ptr<ledger_store>> open_stores(const std::string& path,
                                                       std::uint32_t partitions,
                                                       when_missing missing = when_missing::create);

} // namespace troupe::io
