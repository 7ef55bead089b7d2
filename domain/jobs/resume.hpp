// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/jobs/job.hpp"
#include "domain/jobs/log_row.hpp"

namespace troupe::jobs {

/// What an earlier run's log says of each job, and so which of them a resumed run leaves out.
///
///   the job's rows in the log                   --resume      --resume-failed
///   one with exit status 0                      left out      left out
///   the last one final, and failed              left out      runs
///   none, stopped by us, or to be tried again   runs          runs
///
/// Left-out failures still count as failures at the end, so that no exit code hides them.
/// Cost: 16 bytes for each job up to the highest that the log names.
class resume_rule {
public:
  /// Jobs that a log may number; a higher one is no number that a run of ours has written.
  static constexpr std::uint64_t seq_max = 100'000'000;

  explicit resume_rule(bool failed_again = false) : failed_again_(failed_again) {}

  /// Takes the rows in the order of the log. Returns: "" or what is wrong.
  std::string take(const log_row& row);

  enum class answer : std::uint8_t {
    run,        ///< it has to run
    was_good,   ///< leave it out: done
    had_failed, ///< leave it out: failed
    other_job,  ///< the log knows another command under this number: it is of another job list
  };
  answer ask(const job& work) const;

  /// Returns: the highest job number in the log, 0 if it has none.
  std::uint64_t last_seq() const { return jobs_.size(); }

private:
  enum class state : std::uint8_t { unknown, open, good, failed };
  struct known {
    std::uint64_t key = 0;
    state how = state::unknown;
  };
  bool failed_again_;
  std::vector<known> jobs_; // by seq - 1
};

} // namespace troupe::jobs
