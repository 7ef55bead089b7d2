// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "io/process/process.hpp"
#include "io/process/spawn.hpp"

namespace troupe::io {

/// "exited with 3", "its deadline of 500 ms passed: ended by SIGTERM"; for a program that ran.
std::string reason_of(const process_spec& spec, const process_end& end);

/// "tar: no such program along PATH"; looks at the file system for the cause.
std::string reason_of(const spawn_plan& plan, const spawned& failure);

/// Returns: what is wrong with the request itself, "" if nothing.
std::string fault_of(const process_spec& spec, const process_limits& limits);

/// "no such file or directory": the system's words for an errno, in lower case.
std::string words_of(int error);

} // namespace troupe::io
