// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "apps/compare_plans.hpp"

namespace troupe::apps {

/// Limits of `troupe-compare SCENARIO`; each is an option, and this is its default or its bound.
inline constexpr unsigned compare_runs_max = 100;
inline constexpr unsigned compare_warmups_max = 10;
inline constexpr unsigned compare_workers_max = 64;
inline constexpr unsigned compare_deadline_s = 120;
inline constexpr std::uint64_t compare_output_bytes_max = 64u << 20;

/// What `troupe-compare SCENARIO` was asked to do.
struct compare_options {
  std::vector<std::string> scenarios;
  std::vector<std::string> engines; ///< empty: all
  std::vector<unsigned> workers;    ///< empty: each workload's own
  compare_size size = compare_size::full;
  unsigned runs = 0; ///< 5, or 3 if it is to be quick
  unsigned warmups = 1;
  std::uint64_t seed = 1;
  std::string report_file, json_file, csv_file; ///< "": none; "-" as json_file: standard output
  std::string trace_file;                       ///< of all engines' timelines; "": none
  std::filesystem::path bin;                    ///< where the programs are
  std::chrono::seconds deadline{compare_deadline_s};
  std::uint64_t output_bytes_max = compare_output_bytes_max;
  bool list = false;
  std::string command; ///< as it can be typed again, without names of files and folders
};

/// Parses the command line, whose first word is the scenario or "all".
/// Returns: the options, or nothing where the program is to end now with `exit_code`, after --help.
/// Throws: compare_usage_error.
std::optional<compare_options> parse_compare(int argc, char** argv, int& exit_code);

/// Returns: the workloads that the options ask for, with the engines that they ask for.
/// Throws: compare_usage_error for an engine that no workload of theirs has.
std::vector<compare_plan> plans_of(const compare_options& o);
/// Returns: the same, with so little work that a timeline shows it.
std::vector<compare_plan> sketches_of(compare_options o);

} // namespace troupe::apps
