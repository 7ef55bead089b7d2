// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace troupe::apps {

/// troupe-bank transfers: so many transfers among accounts in memory, by locks, atomics or an
/// actor; none is refused, so that the balances afterwards are the same whoever made them in which
/// order. Returns: the exit code; 1 if a unit is lost or from nowhere. Throws: usage_error,
/// std::runtime_error.
int bank_transfers(int argc, char** argv);

} // namespace troupe::apps
