// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>

#include "actors/cluster/process.hpp"
#include "apps/bank_import.hpp"
#include "apps/bank_rows.hpp"

namespace troupe::apps {

/// All that can be typed after `troupe-bank ledger`.
struct ledger_request {
  std::string db;
  std::string at; ///< in its place: a coordinator's HOST:PORT, several with commas between
  cluster::process_options process; ///< with `at`
  std::uint32_t partitions = 0;     ///< 0: as many as there are, or one
  std::uint32_t wait_s = 30;        ///< at most, for another who writes
  bool json = false;
  /// Of an operation, by the names that import has; only those that were typed, so that an empty
  /// text (a shell's variable that is not set) is seen as one.
  row_fields fields;
  std::uint32_t for_s = 0;  ///< how long a hold is to last; 0: not said
  std::string account;      ///< whose balance or history
  std::uint32_t limit = 20; ///< records
  std::uint64_t before = 0; ///< sequence; 0: the newest
  import_options import;
  std::string what = "history", out = "-", format;
  std::string copy; ///< where a backup goes
};

/// Takes: what was typed for it. Throws: bad_value.
bank::operation operation_asked_for(const ledger_request& r, bank::operation_kind kind);

/// Each does what one subcommand asks for and returns the exit code: 0, or 1 where it was refused
/// or failed and that has been said. Throws: bad_value about what was typed; refused; else
/// std::runtime_error with one line.
int do_operation(const ledger_request& r, bank::operation_kind kind);
int import_file(ledger_request& r);
int show_balance(const ledger_request& r);
int show_history(const ledger_request& r);

/// The same with the bank of a cluster, at `at`.
int do_operation_at(const ledger_request& r, bank::operation_kind kind);
int import_file_at(ledger_request& r);
int show_balance_at(const ledger_request& r);
int show_history_at(const ledger_request& r);
int show_whole_at(const ledger_request& r);  ///< all accounts, as they were at one moment
int show_places_at(const ledger_request& r); ///< which node has which partition

} // namespace troupe::apps
