// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <string>

namespace troupe::apps {

/// What was typed makes no sense: exit code 2. what() is one line.
class compare_usage_error : public std::runtime_error {
public:
  explicit compare_usage_error(const std::string& what,
                               const std::string& hint = "see troupe-compare --help")
      : std::runtime_error(what + "; " + hint) {}
};

/// Writes "troupe-compare: WHAT" to standard error: one line, whatever bytes are in it.
inline void tell_compare_error(const std::string& what) {
  std::string line = what;
  std::replace_if(
      line.begin(), line.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  std::fprintf(stderr, "troupe-compare: %s\n", line.c_str());
}

} // namespace troupe::apps
