// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace troupe::apps {

/// Re-derives every balance from the history. Prints a line of totals, or the first difference.
/// Returns: 0, or 1. Throws: std::runtime_error with one line, if it cannot be read.
int audit_ledger(const std::string& db, bool json);

/// Writes accounts or history to a file ("-": standard output), a partition after the other.
/// Takes: `format`, "csv" or "jsonl".
/// Returns: the exit code. Throws: std::runtime_error with one line.
int export_ledger(const std::string& db, bool history, const std::string& file,
                  const std::string& format);

/// `troupe-bank audit`: options, then audit_ledger.
int audit_main(int argc, char** argv);

} // namespace troupe::apps
