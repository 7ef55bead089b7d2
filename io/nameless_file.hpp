// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace troupe::io {

/// Opens a file that has no name, to be written and read by its owner: nothing is left of it when
/// the process ends, however it ends.
/// Takes: the folder; what a name would begin with, for file systems that have none without.
/// Returns: a descriptor, or -1 and errno.
int open_nameless_file(const std::string& folder, const std::string& stem);

} // namespace troupe::io
