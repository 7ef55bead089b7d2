// SPDX-License-Identifier: BSD-3-Clause
#include "domain/jobs/resume.hpp"

namespace troupe::jobs {

std::string resume_rule::take(const log_row& row) {
  if (row.seq == 0 || row.seq > seq_max)
    return "job " + std::to_string(row.seq) + " is above " + std::to_string(seq_max);
  if (jobs_.size() < row.seq)
    jobs_.resize(row.seq);
  auto& job = jobs_[row.seq - 1];
  if (job.how != state::unknown && job.key != row.key)
    return "job " + std::to_string(row.seq) + " is two different commands";
  job.key = row.key;
  if (job.how == state::good)
    return "";
  if (row.what.good())
    job.how = state::good;
  else if (row.final && row.what.end != job_end::stopped)
    job.how = state::failed;
  else
    job.how = state::open;
  return "";
}

resume_rule::answer resume_rule::ask(const job& work) const {
  if (work.seq > jobs_.size() || jobs_[work.seq - 1].how == state::unknown)
    return answer::run;
  const auto& known = jobs_[work.seq - 1];
  if (known.key != work.key)
    return answer::other_job;
  if (known.how == state::good)
    return answer::was_good;
  return known.how == state::failed && !failed_again_ ? answer::had_failed : answer::run;
}

} // namespace troupe::jobs
