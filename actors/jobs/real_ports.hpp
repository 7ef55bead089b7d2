// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "actors/jobs/ports.hpp"
#include "actors/jobs/run.hpp"
#include "io/process/runner.hpp"

namespace troupe::jobs {

/// Returns: real files and clocks behind the actors' ports; no processes. The setting's objects
/// have to outlive the actors.
job_ports real_ports(const run_setting& setting);

/// Lets `ports` start real processes. `processes` has to outlive the actors; it calls back on its
/// own thread.
void add_processes(job_ports& ports, io::process_runner& processes);

/// Returns: seconds since 1970.
double wall_clock_s();

} // namespace troupe::jobs
