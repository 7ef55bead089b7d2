// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "actors/jobs/ports.hpp"
#include "messages/jobs.hpp"

namespace troupe::jobs {

/// Reads the job list. An actor of its own since reading may wait: for whoever writes the list.
class reader {
public:
  static constexpr const char* name = "job_reader";
  reader(reader_actor::pointer self, job_ports ports);
  reader_actor::behavior_type make_behavior();

private:
  reader_actor::pointer self_;
  job_ports ports_;
};

} // namespace troupe::jobs
