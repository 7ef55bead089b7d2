// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>

#include "apps/jobs_far.hpp"
#include "domain/jobs/plan.hpp"
#include "io/jobs/job_source.hpp"

namespace troupe::apps {

/// What a user wants of troupe-jobs run.
struct jobs_options {
  jobs::job_plan plan;
  io::job_list list;
  std::string log; ///< "": none
  bool resume = false, resume_failed = false;
  jobs_far_options far;
  bool slots_given = true; ///< not all that a cluster has
  bool dry_run = false, json = false, show_progress = true;
};

/// Takes: argc and argv from the command's own name on. Returns: none if there is nothing to run;
/// then `exit_code` is set, and what is to be said has been said.
std::optional<jobs_options> parse_jobs_options(int argc, char** argv, int& exit_code);

} // namespace troupe::apps
