// SPDX-License-Identifier: BSD-3-Clause
//
//   crew -- starts --> printer, reader, runner, watch, slots
//
// A slot that dies is replaced; the runner, which watches slots itself, counts its job as failed or
// has it tried again. Runner, printer and reader hold what cannot be made again: if one of them
// dies the run ends and says so.
//
// With a hirer there are no slots here: he finds some at a cluster's nodes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "actors/jobs/ports.hpp"
#include "messages/jobs.hpp"
#include "messages/jobs_far.hpp"
#include "runtime/mail.hpp"

namespace troupe::jobs {

/// Starts the actors of one run, replaces slots that die, ends all when the run has ended.
class crew {
public:
  static constexpr const char* name = "job_crew";
  /// Takes: `ended`, called once, inside this actor, when everything is printed and logged.
  /// `hirer`, if the jobs are to run elsewhere; it is its owner who stops it.
  crew(crew_actor::pointer self, job_plan plan, job_ports ports, job_crew_limits limits,
       std::function<void(job_summary)> ended, hirer_actor hirer = {});
  ~crew();
  crew(const crew&) = delete;
  crew& operator=(const crew&) = delete;
  crew_actor::behavior_type make_behavior();

private:
  void start_slot(std::size_t i);
  void give_up(const std::string& why);
  template <class Handle>
  void must_live(const Handle& who, const char* what);
  void end(job_summary summary);

  crew_actor::pointer self_;
  job_plan plan_;
  job_ports ports_;
  job_crew_limits limits_;
  std::function<void(job_summary)> ended_;
  runtime::watcher watcher_;

  printer_actor printer_;
  reader_actor reader_;
  runner_actor runner_;
  watch_actor watch_;
  std::vector<slot_actor> slots_;
  hirer_actor hirer_;
  std::uint32_t restarts_ = 0;
  std::string gave_up_; // why, once too many slots have died
  bool over_ = false;
};

} // namespace troupe::jobs
