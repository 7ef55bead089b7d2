// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <stdexcept>
#include <string>

namespace troupe::apps {

/// What was typed makes no sense: exit code 2. what() is one line.
class savina_usage_error : public std::runtime_error {
public:
  explicit savina_usage_error(const std::string& what,
                              const std::string& hint = "see troupe-savina --help")
      : std::runtime_error(what + "; " + hint) {}
};

/// troupe-savina NAME: plays one benchmark, judges what came of it, and prints that and how long it
/// took. Takes: arguments from the benchmark's name on. Returns: the exit code; 1 if what came of
/// it is wrong. Throws: savina_usage_error, std::system_error.
int savina_run(int argc, char** argv);

/// troupe-savina --list: all benchmarks with their numbers.
void savina_list();

} // namespace troupe::apps
