// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <sys/resource.h>

#include <cstdint>

namespace troupe::io {

/// What a partition takes while it is looked at at one moment with others: database, log and shared
/// memory, twice. Writing takes the half.
inline constexpr std::uint64_t open_files_per_partition = 6;

/// Lets this process open as many files as the system permits (the usual soft limit is 1024).
/// Returns: how many.
inline std::uint64_t raise_open_files() {
  rlimit now{};
  if (::getrlimit(RLIMIT_NOFILE, &now) != 0)
    return 0;
  const rlimit all{now.rlim_max, now.rlim_max};
  return ::setrlimit(RLIMIT_NOFILE, &all) == 0 ? all.rlim_cur : now.rlim_cur;
}

} // namespace troupe::io
