// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/job_book.hpp"

#include <algorithm>

namespace troupe::crawl {

namespace {

void add(crawl_counts& sum, const crawl_counts& more) {
  sum.pages += more.pages;
  sum.items += more.items;
  sum.errors += more.errors;
  sum.bytes += more.bytes;
}

} // namespace

std::string_view to_string(job_state s) {
  switch (s) {
  case job_state::waiting:
    return "waiting";
  case job_state::running:
    return "running";
  case job_state::canceling:
    return "canceling";
  case job_state::done:
    return "done";
  case job_state::failed:
    return "failed";
  case job_state::canceled:
    return "canceled";
  }
  return "unknown";
}

std::optional<std::uint64_t> job_book::add(const crawl_plan& plan, std::int64_t now_unix_ms) {
  // Places that are free to run in count as places to wait in.
  if (waiting_ + running_ >= bounds_.waiting_max + bounds_.running_max)
    return std::nullopt;
  job_report job;
  job.id = ++last_;
  job.asked_unix_ms = now_unix_ms;
  for (const auto& seed : plan.seeds)
    job.seeds.push_back(seed.str());
  jobs_.push_back(std::move(job));
  ++waiting_;
  return last_;
}

std::optional<std::uint64_t> job_book::start_next(std::int64_t now_unix_ms) {
  if (running_ >= bounds_.running_max)
    return std::nullopt;
  const auto next = std::find_if(jobs_.begin(), jobs_.end(),
                                 [](const auto& j) { return j.state == job_state::waiting; });
  if (next == jobs_.end())
    return std::nullopt;
  next->state = job_state::running;
  next->started_unix_ms = now_unix_ms;
  --waiting_;
  ++running_;
  return next->id;
}

void job_book::progressed(std::uint64_t id, const crawl_counts& counts) {
  if (auto* job = find_mine(id); job && !over(job->state))
    job->counts = counts;
}

void job_book::waits(std::uint64_t id, const std::string& why) {
  if (auto* job = find_mine(id); job && !over(job->state))
    job->detail = why;
}

void job_book::ended(std::uint64_t id, const crawl_summary& summary, bool full,
                     std::int64_t now_unix_ms) {
  auto* job = find_mine(id);
  if (!job || over(job->state) || job->state == job_state::waiting)
    return;
  // Of a crawl whose cluster was lost the last report knows more than its end does.
  if (summary.reason.empty())
    job->counts = summary.counts;
  job->counts.pages = summary.counts.pages;
  job->counts.in_flight = summary.counts.in_flight;
  job->detail = summary.first_error;
  if (!summary.output_error.empty()) {
    job->reason = full                     ? "results_bytes_max"
                  : summary.reason.empty() ? "output_failed"
                                           : summary.reason;
    job->detail = summary.output_error;
    return end(*job, job_state::failed, now_unix_ms);
  }
  if (summary.interrupted)
    return end(*job, job_state::canceled, now_unix_ms);
  // Seeds that robots.txt keeps us from have no row, so that nobody has counted them.
  if (job->counts.pages == 0)
    job->counts.errors += job->seeds.size();
  const bool nothing = job->counts.pages <= job->counts.errors
                       && std::none_of(summary.by_status.begin(), summary.by_status.end(),
                                       [](const auto& s) { return s.first != 0; });
  if (nothing)
    job->reason = "nothing_fetched";
  end(*job, nothing ? job_state::failed : job_state::done, now_unix_ms);
}

job_book::dropped job_book::drop(std::uint64_t id, std::int64_t now_unix_ms) {
  auto* job = find_mine(id);
  if (!job)
    return dropped::unknown;
  switch (job->state) {
  case job_state::waiting:
    end(*job, job_state::canceled, now_unix_ms);
    return dropped::canceled;
  case job_state::running:
    job->state = job_state::canceling;
    return dropped::canceling;
  case job_state::canceling:
    return dropped::asked;
  case job_state::done:
  case job_state::failed:
  case job_state::canceled:
    std::erase_if(jobs_, [id](const auto& j) { return j.id == id; });
    return dropped::forgotten;
  }
  return dropped::unknown;
}

const job_report* job_book::find(std::uint64_t id) const {
  const auto at =
      std::find_if(jobs_.begin(), jobs_.end(), [id](const auto& j) { return j.id == id; });
  return at == jobs_.end() ? nullptr : &*at;
}

crawl_counts job_book::totals() const {
  auto sum = ended_totals_;
  for (const auto& job : jobs_)
    if (!over(job.state))
      troupe::crawl::add(sum, job.counts);
  return sum;
}

job_report* job_book::find_mine(std::uint64_t id) { return const_cast<job_report*>(find(id)); }

// `job` may be gone afterwards.
void job_book::end(job_report& job, job_state how, std::int64_t now_unix_ms) {
  --(job.state == job_state::waiting ? waiting_ : running_);
  job.state = how;
  job.ended_unix_ms = now_unix_ms;
  ++finished_;
  troupe::crawl::add(ended_totals_, job.counts);
  auto kept = static_cast<std::size_t>(
      std::count_if(jobs_.begin(), jobs_.end(), [](const auto& j) { return over(j.state); }));
  for (; kept > bounds_.finished_max; --kept) { // the one that ended first goes
    const auto oldest =
        std::min_element(jobs_.begin(), jobs_.end(), [](const auto& a, const auto& b) {
          const bool a_over = over(a.state), b_over = over(b.state);
          return a_over != b_over ? a_over : a_over && a.ended_unix_ms < b.ended_unix_ms;
        });
    jobs_.erase(oldest);
  }
}

} // namespace troupe::crawl
