// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "actors/jobs/ports.hpp"
#include "messages/jobs.hpp"

namespace troupe::jobs {

/// Asks the runner how far it is, now and then, and has the printer show it. The next look comes
/// after the last one has been shown: a terminal that is held up gathers no messages.
class watch {
public:
  static constexpr const char* name = "job_watch";
  watch(watch_actor::pointer self, runner_actor runner, printer_actor printer,
        job_crew_limits crew);
  watch_actor::behavior_type make_behavior();

private:
  void look_again();

  watch_actor::pointer self_;
  runner_actor runner_;
  printer_actor printer_;
  job_crew_limits crew_;
};

} // namespace troupe::jobs
