// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "apps/jobs_options.hpp"

namespace troupe::apps {

/// troupe-jobs run. Takes: argc and argv from "run" on. Returns: the exit code.
int jobs_run_main(int argc, char** argv);

/// Runs what the options say, with signals, table and log, and says how it ended.
/// Takes: `noun`, what a job is called there ("job", "archive", "song").
/// Returns: the exit code.
int run_job_list(jobs_options options, const char* noun);

} // namespace troupe::apps
