// SPDX-License-Identifier: BSD-3-Clause
#include "io/primes/answer_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>

namespace troupe::io {

answer_writer::answer_writer(const prime_plan& plan, const prime_setting& setting)
    : plan_(plan), setting_(setting), output_(setting.out, setting.stop, plan.stop_grace) {}

bool answer_writer::write(const primes::block_answer& answer) {
  if (!wants_more_ || !answer.whole)
    return wants_more_ = false;
  if (setting_.before_output)
    setting_.before_output();
  const auto came = output_.write(answer.text);
  if (came == line_output::outcome::reader_gone)
    sum_.reader_gone = true;
  else if (came == line_output::outcome::failed)
    sum_.error = setting_.out_name + ": " + std::generic_category().message(errno);
  if (came != line_output::outcome::written)
    return wants_more_ = false;
  complain(answer);
  sum_.counts += answer.counts;
  if (plan_.job.strict && !answer.faults.empty()) {
    sum_.refused = true;
    wants_more_ = false;
  }
  if (setting_.progress)
    setting_.progress(sum_.counts);
  return wants_more_;
}

void answer_writer::complain(const primes::block_answer& answer) {
  if (!setting_.complain)
    return;
  for (const auto& f : answer.faults) {
    if (faults_told_ == plan_.job.faults_shown_max)
      return;
    ++faults_told_;
    setting_.complain(setting_.line_name + " " + std::to_string(sum_.counts.lines + f.line) + " "
                      + std::string{to_string(f.why)});
  }
}

prime_summary answer_writer::finish(bool complete, const std::string& read_error) {
  const auto untold = sum_.counts.faults() - std::min(sum_.counts.faults(), faults_told_);
  if (setting_.complain && untold > 0)
    setting_.complain(std::to_string(untold) + " more of that kind are not shown");
  if (sum_.error.empty())
    sum_.error = read_error;
  const bool wanted_all = sum_.error.empty() && !sum_.refused && !sum_.reader_gone;
  sum_.interrupted = setting_.stop.stop_requested() && wanted_all && !(complete && wants_more_);
  return sum_;
}

} // namespace troupe::io
