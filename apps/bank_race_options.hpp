// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "actors/bank/race.hpp"
#include "domain/bank/race.hpp"

namespace troupe::apps {

/// What `troupe-bank race` was asked to do.
struct bank_race_options {
  bank::race_plan plan;
  std::string engine = "actor";
  std::uint64_t rounds = 1;
  bool orders = false;
  std::optional<std::uint64_t> order;
  std::uint64_t orders_max = bank::race_orders_max;
  bool json = false;
};

/// Parses the command line.
/// Returns: the options, or nothing where the program is to end now with `exit_code`, after --help.
/// Throws: usage_error.
std::optional<bank_race_options> parse_bank_race(int argc, char** argv, int& exit_code);

} // namespace troupe::apps
