// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace troupe::io {

/// Returns: the path of a program that is to be found along the PATH and may be run, "" if none is.
std::string find_program(const std::string& name);

} // namespace troupe::io
