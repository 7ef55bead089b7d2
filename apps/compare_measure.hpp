// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <stdexcept>
#include <stop_token>

#include "apps/compare_engines_options.hpp"
#include "domain/compare/report.hpp"
#include "domain/compare/timeline.hpp"

namespace troupe::apps {

/// It was stopped from outside: nothing is to be shown.
struct compare_stopped : std::runtime_error {
  compare_stopped() : std::runtime_error("stopped") {}
};

/// Runs every cell of a plan: first all once to warm up, whose answers must be the same, then so
/// many rounds, in each of which every cell has its turn, in an order drawn from the seed. Answers
/// are compared in these too.
/// Takes: an empty folder of its own, in which all run.
/// Throws: std::runtime_error that names the cell if a program fails, or the cells whose answers
/// differ with the first difference; compare_stopped.
compare::workload measure(const compare_plan& plan, const compare_options& o,
                          const std::filesystem::path& folder, std::stop_token stop);

/// Runs each engine of a workload that has timelines once more, and takes its timeline down.
/// Answers and times are not looked at. Takes: `plan`, with little work; `number`, which of the
/// report's workloads it is; the folder, of its own. Throws: as measure().
std::vector<compare::traced_run> trace_runs(const compare_plan& plan, std::size_t number,
                                            const compare_options& o,
                                            const std::filesystem::path& folder,
                                            std::stop_token stop);

} // namespace troupe::apps
