// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <string>

#include <caf/actor_system.hpp>

#include "actors/jobs/ports.hpp"
#include "actors/jobs/run.hpp"
#include "messages/jobs_far.hpp"

namespace troupe::jobs {

/// What a run of jobs at a cluster's nodes needs beside what a run here does.
struct far_run_ports {
  std::function<void(const std::string& line)> say; ///< for a person; may be empty
  std::function<void(job_summary)> ended;           ///< once, on a thread of the actors'
  far_job_limits limits;
};

/// A list's jobs, run by a cluster's nodes, for who is no actor: list, log and outputs are here.
///
///     far_run r{system, plan, setting, ports};
///     r.use(head) -> ... -> ended            r.lost(why), r.stop(now) at any time
///
/// Threads: any, for all of it.
class far_run {
public:
  /// Takes: `plan.slots`, jobs at the same time at most, over all nodes; a setting whose objects
  /// outlive the actors.
  far_run(caf::actor_system& system, const job_plan& plan, const run_setting& setting,
          far_run_ports ports);
  /// Ends it at once, everywhere.
  ~far_run();
  far_run(const far_run&) = delete;
  far_run& operator=(const far_run&) = delete;

  void use(const job_head_actor& head);
  void lost(const std::string& why);
  /// Starts no more, ends what runs; `now`: without waiting for it.
  void stop(bool now);

private:
  hirer_actor hirer_;
  crew_actor crew_;
};

} // namespace troupe::jobs
