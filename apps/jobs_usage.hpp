// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

namespace troupe::apps {

/// troupe-jobs' exit codes. Not 1 and 2 as elsewhere: 1 to 100 count failed jobs, as GNU parallel
/// has it, and scripts rely on that.
constexpr int jobs_many_failed = 101;
constexpr int jobs_trouble = 255; ///< usage; a log or an output that cannot be written

/// Returns: the exit code of a run in which so many jobs failed.
inline int jobs_exit_code(std::uint64_t failed) {
  return failed > 100 ? jobs_many_failed : static_cast<int>(failed);
}

/// Writes "troupe-jobs: WHAT; HINT" to standard error. Returns: the exit code of a usage error.
inline int jobs_usage_error(const std::string& what,
                            const std::string& hint = "see troupe-jobs --help") {
  std::fprintf(stderr, "troupe-jobs: %s; %s\n", what.c_str(), hint.c_str());
  return jobs_trouble;
}

} // namespace troupe::apps
