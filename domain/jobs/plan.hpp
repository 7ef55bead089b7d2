// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/jobs/job.hpp"
#include "domain/jobs/resume.hpp"
#include "domain/jobs/schedule.hpp"

namespace troupe::jobs {

/// How to run a list of jobs; which ones is the source's affair.
struct job_plan {
  std::uint32_t slots = 1; ///< jobs at the same time
  schedule_rules rules;
  job_limits bounds;
  std::chrono::milliseconds timeout{0};                     ///< for one attempt; 0: none
  std::chrono::milliseconds grace{2'000};                   ///< between SIGTERM and SIGKILL
  std::uint64_t output_bytes_max = std::uint64_t{16} << 30; ///< of one attempt; then it is ended
  bool keep_order = false;                                  ///< outputs in the order of the jobs
  bool line_buffer = false;  ///< outputs line by line as they come, those of several jobs mixed
  bool tag = false;          ///< each line begins with its job's tag and a tab
  bool named_by_tag = false; ///< shown to people by its tag, not by its command line
  std::optional<std::uint64_t> total; ///< jobs in the list, where that is known before it is read
  std::shared_ptr<const resume_rule> resume; ///< null: all jobs run
};

/// A job that runs at the moment, for those who watch.
struct running_job {
  std::uint64_t seq = 0;
  std::uint32_t number = 1;
  std::string words; ///< as one would type it, cut after words_bytes_max
  double seconds = 0;

  static constexpr std::size_t words_bytes_max = 200;
};

/// How far a run is.
struct job_progress {
  job_counts counts;
  std::optional<std::uint64_t> left; ///< jobs not over, where the number is known
  double seconds = 0;                ///< since the run began
  std::vector<running_job> running;  ///< the first few of them
};

} // namespace troupe::jobs
