// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/bank/ledger.hpp"

namespace troupe::io {

/// One partition as it was at one moment, read-only: it neither stops nor fences a writer.
/// Threads: one at a time. Its functions throw std::runtime_error with one line "PATH: reason".
class sqlite_snapshot {
public:
  sqlite_snapshot(const std::string& file);
  ~sqlite_snapshot();
  sqlite_snapshot(sqlite_snapshot&&) noexcept;

  bank::partition where() const;
  std::uint64_t untold_sequence(); ///< see read_untold_sequence; an audit has to know

  /// Does the database's structure hold together? Cost: reads all of it.
  void check_structure();

  /// Each calls `visit` for every row, in the order of sequence or id, until it returns false.
  void each_account(const std::function<bool(const bank::account&)>& visit);
  void each_hold(const std::function<bool(const bank::hold&)>& visit);
  void each_record(const std::function<bool(const bank::record&)>& visit);

  /// Writes all of it, as it was at that moment, to a new database file, and syncs that.
  /// Cost: reads and writes all of it; a writer goes on meanwhile.
  void copy_to(const std::string& file);

  std::optional<bank::account> find_account(bank::account_id id);
  std::vector<bank::hold> open_holds(bank::account_id id);
  std::vector<bank::record> history(bank::account_id id, std::uint64_t before,
                                    std::size_t records_max);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// Opens all partitions of a ledger as they are at one and the same moment: where the files may be
/// written, commits wait for that moment. So what left one partition and reached another is never
/// seen only at the far end.
/// Throws: std::runtime_error with one line "PATH: reason".
std::vector<sqlite_snapshot> open_snapshots(const std::string& path);

/// Opens the one partition where an account lives. Throws: likewise.
sqlite_snapshot open_snapshot_of(const std::string& path, bank::account_id account);

} // namespace troupe::io
