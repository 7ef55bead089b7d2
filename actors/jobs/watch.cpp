// SPDX-License-Identifier: BSD-3-Clause
#include "actors/jobs/watch.hpp"

#include <utility>

#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"

namespace troupe::jobs {

watch_actor::behavior_type watch::make_behavior() {
  look_again();
  return {
      [this](job_tick) {
        const auto again = [this] { look_again(); };
        const auto not_now = [this](const caf::error&) { look_again(); };
        runtime::request(self_, runner_, crew_.progress_deadline, job_progress_wanted{})
            .then(
                [this, again, not_now](const job_progress_report& x) {
                  runtime::request(self_, printer_, crew_.progress_deadline,
                                   show_progress{x.how_far})
                      .then(again, not_now);
                },
                not_now);
      },
  };
}

watch::watch(watch_actor::pointer self, runner_actor runner, printer_actor printer,
             job_crew_limits crew)
    : self_(self), runner_(std::move(runner)), printer_(std::move(printer)), crew_(crew) {}

void watch::look_again() {
  runtime::send_after(self_, crew_.progress_interval, watch_actor{self_}, job_tick{});
}

} // namespace troupe::jobs
