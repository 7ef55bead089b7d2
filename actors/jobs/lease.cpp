// SPDX-License-Identifier: BSD-3-Clause
#include "actors/jobs/lease.hpp"

#include <utility>

#include "messages/type_ids.hpp"

namespace troupe::jobs {

lease_actor::behavior_type lease::make_behavior() {
  watcher_.watch(self_, hand_, [this](const caf::error& why) { hand_gone(why); });
  watcher_.watch(self_, hirer_, [this](const caf::error&) { client_gone(); });
  runtime::send(self_, hand_, lease_opened{lease_actor{self_}});
  runtime::send(self_, hirer_, hand_granted{lease_actor{self_}, node_});
  return {
      [this](const hand_taken& x) { taken(x); },
      [this](hand_returned) {
        if (!begun_)
          client_gone();
      },
      [this](job_part& x) {
        begun_ = true;
        runtime::send(self_, hand_, std::move(x));
      },
      [this](stop_job) { runtime::send(self_, hand_, stop_job{}); },
      [this](const output_taken& x) { runtime::send(self_, hand_, x); },
      [this](output_part& x) {
        if (slot_)
          runtime::send(self_, slot_, std::move(x));
      },
      [this](job_over& x) {
        x.what.node = node_;
        over(std::move(x));
        runtime::send(self_, hand_, hand_released{});
      },
      [this](const hand_leaves&) {
        wanted_back_ = true;
        if (slot_ && !begun_)
          runtime::send(self_, slot_, give_back{});
      },
  };
}

lease::lease(lease_actor::pointer self, hand_actor hand, std::string node, hirer_actor hirer)
    : self_(self), hand_(std::move(hand)), node_(std::move(node)), hirer_(std::move(hirer)),
      watcher_(self) {}

void lease::taken(const hand_taken& x) {
  if (slot_ || !x.who)
    return;
  slot_ = x.who;
  watcher_.watch(self_, slot_, [this](const caf::error&) { client_gone(); });
  if (wanted_back_)
    runtime::send(self_, slot_, give_back{});
}

// The far slot ends when it has it, and then this does: its end is not to come before its word.
void lease::over(job_over x) {
  if (!std::exchange(over_, true) && slot_)
    runtime::send(self_, slot_, std::move(x));
}

void lease::client_gone() {
  if (!over_)
    runtime::send(self_, hand_, hand_released{});
  self_->quit();
}

// A far slot without a job hears of it by our end.
void lease::hand_gone(const caf::error& why) {
  if (over_)
    return;
  if (!begun_)
    return self_->quit();
  attempt what;
  what.end = job_end::worker_lost;
  what.reason = runtime::lost_with_connection(why)
                    ? "node " + node_ + " was lost"
                    : "at node " + node_ + ": " + runtime::text(self_->system(), why);
  over({std::move(what)});
}

} // namespace troupe::jobs
