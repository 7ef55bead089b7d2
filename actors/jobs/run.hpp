// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "domain/jobs/plan.hpp"
#include "io/jobs/console.hpp"
#include "io/jobs/job_log.hpp"
#include "io/jobs/job_source.hpp"

namespace troupe::jobs {

/// What a run reads and writes, and how it is stopped.
struct run_setting {
  io::job_source* source = nullptr;
  io::job_log* log = nullptr; ///< null: none is kept
  io::console* out = nullptr;
  /// Around what the printer does: both are called by it alone, and may be empty.
  std::function<void()> before_print;
  std::function<void(const job_progress&)> show;
  std::stop_token stop; ///< start no more, end the running ones with TERM, after a grace with KILL
  /// RLIMIT_NOFILE of the jobs, if it is not to be ours.
  std::optional<std::uint64_t> job_descriptors_max;
  std::stop_token kill; ///< and do not wait: KILL
};

/// Runs a job list with actors, in an actor system of its own; returns when the run has ended and
/// no process of it is left.
job_summary run_jobs(const job_plan& plan, const run_setting& setting);

} // namespace troupe::jobs
