// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace troupe::apps {

/// `troupe-bank ledger --db F SUBCOMMAND`. Returns: the exit code: 0, 1 if an operation was refused
/// or failed, 2 for a usage error.
/// Throws: std::runtime_error with one line.
int ledger_main(int argc, char** argv);

} // namespace troupe::apps
