// SPDX-License-Identifier: BSD-3-Clause
//
// How troupe-bank says that something did not work: one line on standard error; with --json an
// object {"error":NAME,"message":LINE} on standard output besides.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace troupe::apps {

/// What was typed makes no sense: exit code 2, name "usage". what() is one line.
class usage_error : public std::runtime_error {
public:
  explicit usage_error(const std::string& what, const std::string& hint = "see troupe-bank --help")
      : std::runtime_error(what + "; " + hint) {}
};

/// The answer is no, for a reason that has a name (no_account): exit code 1.
class refused : public std::runtime_error {
public:
  refused(std::string_view name, const std::string& what) : std::runtime_error(what), name_(name) {}
  const std::string& name() const { return name_; }

private:
  std::string name_;
};

/// Returns: was --json among the arguments? Asked before they are parsed, since what is wrong with
/// them is to be said in JSON too.
bool wants_json(int argc, char** argv);

/// Writes "troupe-bank: WHAT" to standard error: one line, whatever bytes are in it.
void tell_error(const std::string& what);
/// The same, and the object too. Takes: its "error": a fault's name, "usage" or "failed".
void tell_error(const std::string& what, std::string_view name, bool json);

} // namespace troupe::apps
