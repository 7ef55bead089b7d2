// SPDX-License-Identifier: BSD-3-Clause
#include "actors/jobs/crew.hpp"

#include <algorithm>
#include <utility>

#include "actors/jobs/printer.hpp"
#include "actors/jobs/reader.hpp"
#include "actors/jobs/runner.hpp"
#include "actors/jobs/slot.hpp"
#include "actors/jobs/watch.hpp"
#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"

namespace troupe::jobs {

crew_actor::behavior_type crew::make_behavior() {
  printer_ = runtime::spawn<printer>(self_, plan_, ports_);
  reader_ = runtime::spawn<reader>(self_, ports_);
  runner_ = runtime::spawn<runner>(self_, crew_actor{self_}, reader_, printer_, plan_, ports_,
                                   limits_, slot_finder_actor{hirer_});
  must_live(printer_, "printer");
  must_live(reader_, "reader of the job list");
  must_live(runner_, "runner");
  if (ports_.show)
    watch_ = runtime::spawn<watch>(self_, runner_, printer_, limits_);
  if (hirer_) {
    must_live(hirer_, "hirer of slots");
    runtime::send(self_, hirer_, hire_for{crew_actor{self_}, runner_, printer_});
  } else {
    slots_.resize(std::max(1u, plan_.slots));
  }
  for (std::size_t i = 0; i < slots_.size(); ++i)
    start_slot(i);
  return {
      [this](run_ended& x) {
        if (!gave_up_.empty())
          x.summary.error = gave_up_;
        end(std::move(x.summary));
      },
      [this](const stop_run& x) { runtime::send(self_, runner_, x); },
      [this](const hands_failed& x) { give_up(x.error); },
  };
}

crew::crew(crew_actor::pointer self, job_plan plan, job_ports ports, job_crew_limits limits,
           std::function<void(job_summary)> ended, hirer_actor hirer)
    : self_(self), plan_(std::move(plan)), ports_(std::move(ports)), limits_(limits),
      ended_(std::move(ended)), watcher_(self), hirer_(std::move(hirer)) {}

crew::~crew() {
  if (!std::exchange(over_, true)) { // stopped or failed: whoever waits must hear of it
    job_summary summary;
    summary.error = "the crew ended early";
    ended_(std::move(summary));
  }
  runtime::stop(watch_);
  for (auto& s : slots_)
    runtime::stop(s);
  runtime::stop(runner_);
  runtime::stop(reader_);
  runtime::stop(printer_);
}

void crew::start_slot(std::size_t i) {
  slots_[i] = runtime::spawn<slot>(self_, runner_, printer_, plan_, ports_, limits_);
  watcher_.watch(self_, slots_[i], [this, i](const caf::error&) {
    if (over_)
      return;
    if (restarts_++ < plan_.bounds.restarts_max)
      return start_slot(i);
    give_up("gave up: a worker died, after " + std::to_string(plan_.bounds.restarts_max)
            + " others had been replaced");
  });
}

// What runs is ended in order.
void crew::give_up(const std::string& why) {
  if (!gave_up_.empty())
    return;
  gave_up_ = why;
  runtime::send(self_, runner_, stop_run{});
}

template <class Handle>
void crew::must_live(const Handle& who, const char* what) {
  watcher_.watch(self_, who, [this, what](const caf::error& why) {
    if (over_)
      return;
    job_summary summary;
    summary.error = std::string{"the "} + what + " died: " + runtime::text(self_->system(), why);
    end(std::move(summary));
  });
}

void crew::end(job_summary summary) {
  if (std::exchange(over_, true))
    return;
  ended_(std::move(summary));
  self_->quit();
}

} // namespace troupe::jobs
