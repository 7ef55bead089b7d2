// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "apps/bank_row_reader.hpp"
#include "domain/bank/ledger.hpp"

namespace troupe::apps {

struct import_options {
  std::string file;   ///< "-": standard input
  std::string format; ///< "csv" or "jsonl"; "": by the file's ending
  bool strict = false;
  bool json = false;
  std::size_t batch_operations_max = 1000;
};

/// A bank to import into: here, or a cluster's.
struct import_target {
  std::function<std::vector<bank::receipt>(std::vector<bank::operation>, bool all_or_nothing)> post;
  std::function<std::optional<bank::account>(bank::account_id)> find_account;
  std::function<std::string()> failure; ///< "" or why it has stopped
  std::uint32_t partitions = 1;
  bank::ledger_limits bounds;
};

/// Returns: "" or why these options make no sense, in one line.
std::string check_import(import_options& o);

/// Does a file's rows in their order. A row is one operation with its own id, so a second import of
/// the same file changes nothing. Bad and refused rows are named on standard error, by number (a
/// CSV's header is row 1) and reason; the others are done. With `strict`, one bad row is enough
/// that none is: then the file is one batch, within ledger_limits::batch_operations_max, of one
/// partition.
/// Prints a line of totals to standard output, also where it stops in the middle. With `json`, that
/// and a line for each row that failed are objects.
/// Takes: when to stop, which is after the batch at hand.
/// Returns: false if any row failed.
/// Throws: std::runtime_error with one line, if the file cannot be read, the bank stops, or it was
/// stopped.
bool import_rows(const import_options& o, row_reader& rows, const import_target& into,
                 const std::stop_token& stop);

} // namespace troupe::apps
