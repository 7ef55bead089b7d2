// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "actors/jobs/ports.hpp"
#include "io/jobs/output_spool.hpp"
#include "messages/jobs_far.hpp"
#include "runtime/mail.hpp"

namespace troupe::jobs {

/// A slot as the runner knows them, whose process is at a node: for one job, with a hand that was
/// lent for it. What the job writes is kept here, or printed line by line, as a slot does; only
/// then the node is told that it was taken.
///
///   run_job   -> lease, in parts; stop_job -> lease
///   give_back -> slot_leaves to the runner; if it had nothing to give, the hand goes back
///   job_over  -> attempt_over, once all is printed that has to be; and its end
///   lease down -> what was under way has ended as worker_lost; what it wrote counts for nothing
class far_slot {
public:
  static constexpr const char* name = "far_slot";
  far_slot(far_slot_actor::pointer self, hirer_actor hirer, runner_actor runner,
           printer_actor printer, hand_granted hand, job_plan plan, job_ports ports,
           job_crew_limits crew, far_job_limits limits);
  far_slot_actor::behavior_type make_behavior();

private:
  void begin(const run_job& x);
  void return_hand();
  void take(output_part& x);
  void keep(const output_part& x);
  void pass_lines(output_part& x);
  void taken(std::uint64_t bytes, const std::string& error);
  void lease_lost();
  void lose();
  void report_if_over();
  void report(attempt what);

  far_slot_actor::pointer self_;
  hirer_actor hirer_;
  runner_actor runner_;
  printer_actor printer_;
  hand_granted hand_;
  job_plan plan_;
  job_ports ports_;
  job_crew_limits crew_;
  far_job_limits limits_;
  runtime::watcher watcher_;
  std::optional<run_job> current_;
  double start_s_ = 0;
  bool gone_ = false;    // the lease
  bool leaving_ = false; // the runner was told
  std::shared_ptr<io::output_spool> out_, err_;
  std::string partial_[2];       // --line-buffer: of outputs and errors, whose rest is to come
  std::uint32_t prints_out_ = 0; // print_lines without an answer
  std::optional<attempt> over_;  // the job's end, while prints are out
  bool reported_ = false;        // to the runner
};

} // namespace troupe::jobs
