// SPDX-License-Identifier: BSD-3-Clause
#include "actors/jobs/team.hpp"

#include <algorithm>
#include <utility>

#include "actors/jobs/hand.hpp"
#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"

namespace troupe::jobs {

job_team_actor::behavior_type team::make_behavior() {
  for (std::uint32_t i = 0; i < std::max(1u, ports_.slots); ++i)
    start_hand();
  return {
      [this](hands_leave) {
        leaving_ = true;
        for (const auto& [address, hand] : hands_)
          runtime::send(self_, hand, hands_leave{});
        tell_if_left();
      },
  };
}

team::team(job_team_actor::pointer self, job_head_actor head, job_team_ports ports,
           job_crew_limits crew, far_job_limits limits)
    : self_(self), head_(std::move(head)), ports_(std::move(ports)), crew_(crew), limits_(limits),
      watcher_(self) {}

team::~team() {
  for (const auto& [address, hand] : hands_)
    runtime::stop(hand);
  hands_.clear();
  leaving_ = true;
  tell_if_left();
}

void team::start_hand() {
  auto who = runtime::spawn<hand>(self_, head_, ports_.node, ports_.outside, crew_, limits_);
  watcher_.watch(self_, who, [this, address = who.address()](const caf::error& why) {
    hand_ended(address, why);
  });
  const auto address = who.address();
  hands_.emplace(address, std::move(who));
}

void team::hand_ended(const caf::actor_addr& who, const caf::error& why) {
  hands_.erase(who);
  if (leaving_)
    return tell_if_left();
  const bool died = why != caf::error{} && why != caf::exit_reason::normal;
  if (!died || deaths_++ < job_limits{}.restarts_max)
    return start_hand();
  if (ports_.say)
    ports_.say("a worker of jobs died, after " + std::to_string(job_limits{}.restarts_max)
               + " others had been replaced: from now on there is one less");
}

void team::tell_if_left() {
  if (leaving_ && hands_.empty())
    if (auto left = std::exchange(ports_.left, nullptr))
      left();
}

} // namespace troupe::jobs
