// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::jobs {

/// Which programs may be run, by the word that a command begins with: a name, which is looked for
/// along the PATH, or an absolute path. No other spelling of the same program is let through.
///
/// Known limits: it is about programs, not about what they do. Who may run a shell, an interpreter,
/// env, xargs, find or make may run everything.
class program_list {
public:
  program_list() = default; ///< lets all through
  explicit program_list(std::vector<std::string> allowed) : allowed_(std::move(allowed)) {}

  /// Returns: "" if `text` can stand in a list, or what is wrong with it.
  static std::string check(std::string_view text);

  /// Returns: "" if a command may begin with this word, or why not, in one line.
  std::string refusal(std::string_view program) const;

private:
  std::vector<std::string> allowed_; // empty: all
};

} // namespace troupe::jobs
