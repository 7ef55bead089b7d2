// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "actors/jobs/ports.hpp"
#include "domain/jobs/print_order.hpp"
#include "messages/jobs.hpp"

namespace troupe::jobs {

/// The one that writes to the terminal or wherever the outputs go, so that no two jobs' outputs
/// mix. The order is print_order's (domain/jobs). While whoever reads our output is slow, it waits
/// here; the runner hands out no more jobs once outputs_waiting_max are waiting.
class printer {
public:
  static constexpr const char* name = "job_printer";
  printer(printer_actor::pointer self, job_plan plan, job_ports ports);
  printer_actor::behavior_type make_behavior();

private:
  void print_ready();
  std::string print(bool err, const std::string& tag, const io::output_spool* spool);

  printer_actor::pointer self_;
  job_plan plan_;
  job_ports ports_;
  print_order<print_output> order_;
  std::string error_; // once something could not be written, nothing is
};

} // namespace troupe::jobs
