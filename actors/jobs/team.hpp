// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "actors/jobs/ports.hpp"
#include "messages/jobs_far.hpp"
#include "runtime/mail.hpp"

namespace troupe::jobs {

/// The world as a team sees it.
struct job_team_ports {
  job_ports outside;                                ///< of processes and the clock
  std::string node;                                 ///< its name
  std::uint32_t slots = 1;                          ///< jobs at the same time
  std::function<void(const std::string& line)> say; ///< for the log; may be empty
  std::function<void()> left; ///< after hands_leave, once; also if it is stopped before
};

/// One node's hands, for one head: a new one follows each that has ended, so that there are always
/// `slots` of them. With the team all of them end, and kill what they run.
class team {
public:
  static constexpr const char* name = "job_team";
  team(job_team_actor::pointer self, job_head_actor head, job_team_ports ports,
       job_crew_limits crew, far_job_limits limits);
  ~team();
  team(const team&) = delete;
  team& operator=(const team&) = delete;
  job_team_actor::behavior_type make_behavior();

private:
  void start_hand();
  void hand_ended(const caf::actor_addr& who, const caf::error& why);
  void tell_if_left();

  job_team_actor::pointer self_;
  job_head_actor head_;
  job_team_ports ports_;
  job_crew_limits crew_;
  far_job_limits limits_;
  runtime::watcher watcher_;
  std::map<caf::actor_addr, hand_actor> hands_;
  std::uint32_t deaths_ = 0;
  bool leaving_ = false;
};

} // namespace troupe::jobs
