// SPDX-License-Identifier: BSD-3-Clause
#include "domain/jobs/schedule.hpp"

#include <charconv>
#include <iterator>
#include <utility>

namespace troupe::jobs {

tl::expected<halt_rule, std::string> parse_halt(std::string_view text) {
  if (text == "never")
    return halt_rule{};
  if (text == "first")
    return halt_rule{halt_rule::kind::count, 1};
  const bool percent = text.ends_with('%');
  const auto digits = percent ? text.substr(0, text.size() - 1) : text;
  halt_rule rule{percent ? halt_rule::kind::percent : halt_rule::kind::count, 0};
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), rule.value);
  const bool whole = error == std::errc{} && end == digits.data() + digits.size();
  if (!whole || rule.value == 0 || (percent && rule.value > 100))
    return tl::unexpected("'" + std::string{text}
                          + "' is none of never, first, a number of failed jobs, or 1% to 100%");
  return rule;
}

std::size_t schedule::room() const {
  if (source_ended_ || stopped_ || queued_.size() >= rules_.ahead_max)
    return 0;
  return rules_.ahead_max - queued_.size();
}

void schedule::add(job work) {
  if (stopped_)
    return;
  queued_.push_back(std::move(work));
  counts_.waiting = queued_.size();
}

void schedule::skip(bool was_good) { ++(was_good ? counts_.skipped : counts_.failed_before); }

schedule::step schedule::next(instant now, bool fresh) {
  step s;
  if (finished()) {
    s.what = step::kind::finished;
    return s;
  }
  if (!due_.empty() && due_.begin()->first <= now) {
    s.work = std::move(due_.begin()->second);
    due_.erase(due_.begin());
    s.number = ++attempt_of_[s.work.seq];
    ++counts_.retried;
  } else if (fresh && !queued_.empty()) {
    s.work = std::move(queued_.front());
    queued_.pop_front();
    counts_.waiting = queued_.size();
    attempt_of_[s.work.seq] = 1;
    ++counts_.started;
  } else {
    if (!due_.empty())
      s.until = due_.begin()->first;
    return s;
  }
  s.what = step::kind::start;
  running_.emplace(s.work.seq, s.work);
  counts_.running = running_.size();
  return s;
}

schedule::outlook schedule::ready(instant now, bool fresh) const {
  outlook o;
  const auto later = due_.upper_bound(now);
  o.jobs = static_cast<std::size_t>(std::distance(due_.begin(), later));
  if (fresh)
    o.jobs += queued_.size();
  if (later != due_.end())
    o.until = later->first;
  return o;
}

// What we ended on purpose is not tried again.
bool schedule::retries(const attempt& what) const {
  return !stopped_ && what.end != job_end::stopped && what.number <= rules_.retries_max;
}

schedule::verdict schedule::ended(const attempt& what, instant now) {
  const auto i = running_.find(what.seq);
  if (i == running_.end() || attempt_of_.at(what.seq) != what.number)
    return verdict::unknown;
  auto work = std::move(i->second);
  running_.erase(i);
  counts_.running = running_.size();
  if (!what.good() && retries(what)) {
    due_.emplace(now + rules_.retry_delay, std::move(work));
    return verdict::again;
  }
  attempt_of_.erase(what.seq);
  ++(what.good() ? counts_.done : counts_.failed);
  check_halt();
  return verdict::final_end;
}

void schedule::check_halt() {
  if (stopped_ || rules_.halt.what == halt_rule::kind::never)
    return;
  const auto failed = counts_.failed;
  const auto& rule = rules_.halt;
  const bool enough = rule.what == halt_rule::kind::count
                          ? failed >= rule.value
                          : failed >= halt_rule::percent_failures_min
                                && failed * 100 >= rule.value * (failed + counts_.done);
  if (!enough)
    return;
  halted_ = true;
  stop();
}

void schedule::stop() {
  stopped_ = true;
  for (const auto& work : queued_)
    dropped_.push_back(work.seq);
  queued_.clear();
  counts_.waiting = 0;
  for (const auto& [when, work] : due_) {
    dropped_.push_back(work.seq);
    attempt_of_.erase(work.seq);
    ++counts_.failed;
  }
  due_.clear();
}

bool schedule::finished() const {
  return (source_ended_ || stopped_) && queued_.empty() && due_.empty() && running_.empty();
}

} // namespace troupe::jobs
