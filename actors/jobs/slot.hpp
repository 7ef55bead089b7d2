// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "actors/jobs/ports.hpp"
#include "io/jobs/output_spool.hpp"
#include "messages/jobs.hpp"

namespace troupe::jobs {

/// One pair of hands: runs a job's process, keeps what it writes, reports, and has its hands free
/// again. A process may run ahead of its slot by output_credit_bytes of output; then it waits, so
/// that no memory grows, whoever is slow.
///
/// A slot that dies ends its process.
class slot {
public:
  static constexpr const char* name = "job_slot";
  slot(slot_actor::pointer self, slot_owner_actor runner, line_taker_actor printer, job_plan plan,
       job_ports ports, job_crew_limits crew);
  ~slot();
  slot(const slot&) = delete;
  slot& operator=(const slot&) = delete;
  slot_actor::behavior_type make_behavior();

private:
  void start(const run_job& x);
  io::process_spec spec_of(const job& work) const;
  void keep(const output_came& x);
  void pass_lines(output_came& x);
  void pass_on(bool err, std::string text, std::uint64_t bytes);
  void pass_rest();
  void lose(const std::string& why);
  void report_if_over();

  slot_actor::pointer self_;
  slot_owner_actor runner_;
  line_taker_actor printer_;
  job_plan plan_;
  job_ports ports_;
  job_crew_limits crew_;
  std::optional<run_job> current_;
  std::uint64_t run_ = 0;
  std::uint64_t process_ = 0;
  double start_s_ = 0;
  std::shared_ptr<io::output_spool> out_, err_;
  std::string partial_[2];       // --line-buffer: output and errors behind their last line feed
  std::string lost_;             // why its output could not be kept
  std::uint32_t prints_out_ = 0; // print_lines without an answer
  std::optional<attempt> over_;  // the process' end, while prints are out
};

} // namespace troupe::jobs
