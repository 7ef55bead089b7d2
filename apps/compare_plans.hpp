// SPDX-License-Identifier: BSD-3-Clause
//
// What troupe-compare measures: workloads, and the programs that do them.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/compare/report.hpp"
#include "io/compare/load_client.hpp"

namespace troupe::apps {

/// How much work there is in a workload.
enum class compare_size : std::uint8_t {
  tiny,   ///< so little that only answers mean anything: for tests
  sketch, ///< so much as a timeline can show
  quick,
  full,
};

/// One program with its arguments: a cell to be.
struct compare_cell {
  std::string engine;
  unsigned workers = 1;
  bool takes_workers = false;
  std::vector<std::string> argv; ///< "{site}": the address of what is beside
};

struct compare_plan {
  compare::workload about;                  ///< without cells and answer
  std::vector<compare_cell> cells;          ///< the first one's answer is what others must give
  std::map<std::string, std::string> files; ///< in the folder in which all run, by name
  std::vector<std::string> beside;          ///< a server that runs meanwhile; empty: none
  std::optional<compare::load> load;        ///< the cells are servers, and are asked this
  std::vector<std::string> outputs;         ///< files that a run writes
  /// Takes: what it wrote to standard output, and the folder. Returns: the answer, comparable.
  std::function<std::string(const std::string&, const std::filesystem::path&)> answer;
};

/// The limit of a program whose timeline is one of many.
inline constexpr std::size_t compare_trace_events_max = 20'000;

/// "crawl", "bank", "primes", "jobs", "web", "savina".
const std::vector<std::string>& compare_scenarios();

/// Returns: a scenario's workloads. Takes: worker counts in place of each one's own, or none.
std::vector<compare_plan> plans_of(const std::string& scenario, compare_size size,
                                   const std::vector<unsigned>& workers);
/// The same for "savina" alone. Worker counts are of threads that run the actors.
std::vector<compare_plan> savina_plans(compare_size size, const std::vector<unsigned>& workers);

} // namespace troupe::apps
