// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/race/report.hpp"

namespace troupe::apps {

/// What `troupe-compare race` was asked to do.
struct compare_race_options {
  race::plan plan;
  std::uint64_t schedules = 0; ///< to draw at random; 0: count all orders
  std::uint64_t seed = 1;
  std::string replay; ///< a number or a word; "": none
  std::size_t worlds_max = race::worlds_max_usual;
  std::string expect; ///< "hold", "fail" or ""
  bool json = false;
  std::string trace_file, page_file; ///< "": none
  bool list = false;
};

/// Parses the command line.
/// Returns: the options, or nothing where the program is to end now with `exit_code`, after --help.
/// Throws: compare_usage_error.
std::optional<compare_race_options> parse_compare_race(int argc, char** argv, int& exit_code);

/// Returns: the command that these options are, without which orders and what to write.
std::string words_of_race(const compare_race_options& o);

} // namespace troupe::apps
