// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace troupe::apps {

/// Throws: bad_value for what SQLite takes for something else than a file.
void check_db(const std::string& db);

/// Writes accounts or history to a file ("-": standard output), a partition after the other. A file
/// that was there is replaced once the new one is whole and synced, so an export that fails leaves
/// it as it was.
/// Takes: `format`, "csv" or "jsonl"; "": by the file's ending, or jsonl.
/// Returns: the exit code. Throws: bad_value if the file is one of the ledger's own;
/// std::runtime_error with one line.
int export_ledger(const std::string& db, bool history, const std::string& file, std::string format);

/// Copies all partitions as they are at one moment to TO, TO.1 ..., while others may write. Says so
/// in a line, or an object.
/// Returns: the exit code. Throws: std::runtime_error with one line, where a file is there already
/// or cannot be written; then no copy is left that could be taken for a whole one.
int back_up_ledger(const std::string& db, const std::string& to, bool json);

} // namespace troupe::apps
