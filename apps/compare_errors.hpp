// SPDX-License-Identifier: BSD-3-Clause
//
// How troupe-compare says that something did not work: one line on standard error; with --json an
// object {"error":NAME,"message":LINE} on standard output besides.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace troupe::apps {

/// What was typed makes no sense: exit code 2, name "usage". what() is one line.
class compare_usage_error : public std::runtime_error {
public:
  explicit compare_usage_error(const std::string& what,
                               const std::string& hint = "see troupe-compare --help")
      : std::runtime_error(what + "; " + hint) {}
};

/// Writes "troupe-compare: WHAT" to standard error: one line, whatever bytes are in it.
void tell_compare_error(const std::string& what);
/// The same, and with `json` the object too. Takes: its "error", "usage" or "failed".
void tell_compare_error(const std::string& what, std::string_view name, bool json);

} // namespace troupe::apps
