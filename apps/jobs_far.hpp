// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "actors/cluster/process.hpp"
#include "actors/jobs/run.hpp"

namespace troupe::apps {

/// Where jobs run, if not here.
struct jobs_far_options {
  std::vector<std::string> coordinators; ///< empty: here
  cluster::process_options process;
  std::chrono::milliseconds wait_max{60'000}; ///< for a coordinator, while there is none
};

/// Runs a job list at a cluster's nodes; returns when the run has ended. List, log and outputs are
/// here. What ran at a node that was lost, or at any when the coordinator was, has ended as
/// worker_lost; the rest waits for a coordinator, wait_max at most. What it has to say goes to
/// standard error. Throws: as cluster::process.
jobs::job_summary run_jobs_far(const jobs_far_options& options, const jobs::job_plan& plan,
                               const jobs::run_setting& setting);

} // namespace troupe::apps
