// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actors/jobs/ports.hpp"
#include "domain/jobs/schedule.hpp"
#include "messages/jobs.hpp"
#include "runtime/mail.hpp"

namespace troupe::jobs {

/// The one owner of the schedule and of the log. What starts next is the schedule's decision
/// (domain/jobs); this class carries it between the schedule and those who do the work:
///
///   want_job, attempt_over -> a hand is free: give it what schedule.next() says, or let it wait
///   attempt_over           -> tell the schedule; a last attempt's output goes to the printer
///   output_printed         -> its row goes to the log
///   slot down              -> its attempt has ended as worker_lost
///   slot_leaves            -> it is given no more
///
/// Where slots come from elsewhere, their finder is told how many could work: slots_wanted.
///
/// Back-pressure: the list is read as jobs start; while outputs_waiting_max outputs wait to be
/// printed only retries start (one of them may be what all others wait for, under --keep-order).
class runner {
public:
  static constexpr const char* name = "job_runner";
  /// Takes: `crew`, which hears of the end; `finder`, if slots come from elsewhere.
  runner(runner_actor::pointer self, crew_actor crew, reader_actor reader, printer_actor printer,
         job_plan plan, job_ports ports, job_crew_limits limits, slot_finder_actor finder = {});
  runner_actor::behavior_type make_behavior();

private:
  struct hand { // a slot as the runner knows it
    slot_actor who;
    std::uint64_t seq = 0; // of the job that it runs; 0: none
    std::uint32_t number = 0;
    instant since;
  };
  struct finished_job {
    job work;
    attempt what;
  };
  void hand_out();
  void ask_reader();
  void give_job(schedule::step step);
  void take_jobs(jobs_read& x);
  void ended(const attempt& what, attempt_over* with);
  void lost(const caf::actor_addr& who);
  slot_left let_go(const slot_actor& who);
  void tell_finder();
  void printed(const output_printed& x);
  void log(const job& work, const attempt& what, bool final);
  void forget_dropped();
  void fail(const std::string& error, bool end_running);
  void stop(bool now);
  void stop_running();
  void wake_at(instant when);
  void end_if_done();
  void end();
  std::string name_of(const job& work) const;
  job_progress how_far() const;
  instant now() const;

  runner_actor::pointer self_;
  crew_actor crew_;
  reader_actor reader_;
  printer_actor printer_;
  job_plan plan_;
  job_ports ports_;
  job_crew_limits limits_;
  schedule schedule_;
  job_summary summary_;
  instant started_;
  runtime::watcher watcher_;

  std::map<caf::actor_addr, hand> hands_;
  std::deque<slot_actor> idle_;                      // oldest first
  std::map<std::uint64_t, finished_job> at_printer_; // over, not yet printed
  slot_finder_actor finder_;
  std::uint64_t wanted_told_ = 0;
  bool reading_ = false;
  bool stopping_ = false;
  bool ended_ = false;
  instant wake_ = instant::max();
  std::uint64_t wake_number_ = 0;
};

} // namespace troupe::jobs
