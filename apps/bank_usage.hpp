// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdio>
#include <string>

namespace troupe::apps {

/// Writes "troupe-bank: WHAT; HINT" to standard error. Returns: 2, the exit code of a usage error.
inline int bank_usage_error(const std::string& what,
                            const std::string& hint = "see troupe-bank --help") {
  std::fprintf(stderr, "troupe-bank: %s; %s\n", what.c_str(), hint.c_str());
  return 2;
}

} // namespace troupe::apps
