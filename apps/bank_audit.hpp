// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace troupe::apps {

/// Re-derives every balance from the history. Prints a line of totals, or the first difference.
/// Returns: 0, or 1. Throws: std::runtime_error with one line, if it cannot be read.
int audit_ledger(const std::string& db, bool json);

/// `troupe-bank audit`: options, then audit_ledger.
int audit_main(int argc, char** argv);

} // namespace troupe::apps
