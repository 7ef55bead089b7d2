// SPDX-License-Identifier: BSD-3-Clause
#include "apps/jobs_run.hpp"

#include <cstdarg>
#include <cstdio>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "actors/jobs/run.hpp"
#include "apps/jobs_far.hpp"
#include "apps/jobs_signals.hpp"
#include "apps/jobs_table.hpp"
#include "apps/jobs_usage.hpp"
#include "apps/tracing.hpp"
#include "apps/tracing_letters.hpp"
#include "domain/jobs/utf8.hpp"
#include "domain/jobs/words.hpp"
#include "io/process/descriptor_limit.hpp"

namespace troupe::apps {

namespace {

int dry_run(io::job_source& source) {
  for (;;) {
    const auto batch = source.next(64);
    for (const auto& work : batch.jobs)
      std::puts(jobs::shell_line(work.argv).c_str());
    if (!batch.error.empty())
      throw std::runtime_error(batch.error);
    if (batch.end)
      return 0;
  }
}

std::unique_ptr<io::job_log> open_log(const jobs_options& o, jobs::job_plan& plan) {
  if (o.log.empty())
    return nullptr;
  auto rule = std::make_shared<jobs::resume_rule>(o.resume_failed);
  auto log = std::make_unique<io::job_log>(
      o.log, o.resume ? io::job_log::mode::resume : io::job_log::mode::create,
      [&rule](std::string_view line, std::uint64_t) {
        const auto row = jobs::parse_log_line(line);
        return row ? rule->take(*row) : row.error();
      });
  if (o.resume)
    plan.resume = std::move(rule);
  return log;
}

// What can be read twice is compared with the log before anything runs. Throws: if it is another
// list's.
void compare_with_log(const jobs_options& o, const jobs::resume_rule& rule) {
  io::job_source source{o.list, o.plan.bounds};
  if (!source.repeatable())
    return; // the runner looks at each as it comes
  for (std::uint64_t looked = 0; looked < rule.last_seq();) {
    const auto batch = source.next(1024);
    for (const auto& work : batch.jobs) {
      ++looked;
      if (rule.ask(work) == jobs::resume_rule::answer::other_job)
        throw std::runtime_error(o.log + ": is the log of another job list: its job "
                                 + std::to_string(work.seq) + " was not "
                                 + jobs::shell_line(work.argv));
    }
    if (batch.end) {
      if (batch.error.empty() && looked < rule.last_seq())
        throw std::runtime_error(o.log + ": is the log of another job list: it has a job "
                                 + std::to_string(rule.last_seq()) + ", this one ends at "
                                 + std::to_string(looked));
      return;
    }
  }
}

void say_json(const jobs::job_summary& sum, int code) {
  const auto& n = sum.counts;
  const boost::json::object row{{"done", n.done},
                                {"failed", n.failed},
                                {"retried", n.retried},
                                {"skipped", n.skipped},
                                {"failed_before", n.failed_before},
                                {"bytes", sum.bytes},
                                {"stopped", sum.stopped},
                                {"halted", sum.halted},
                                {"exit", code},
                                {"error", jobs::as_utf8(sum.error)},
                                {"first_failure", jobs::as_utf8(sum.first_failure)}};
  auto line = boost::json::serialize(row);
  char times[64];
  std::snprintf(times, sizeof times, R"(,"seconds":%.3f,"cpu":%.3f})", sum.seconds, sum.cpu_s);
  line.back() = ' ';
  line.pop_back();
  std::fprintf(stderr, "%s%s\n", line.c_str(), times);
}

void say_text(const jobs::job_summary& sum, const char* noun, bool always) {
  const auto& n = sum.counts;
  const auto failed = n.failed + n.failed_before;
  if (!sum.error.empty())
    std::fprintf(stderr, "troupe-jobs: %s\n", for_terminal(sum.error, 600).c_str());
  if (failed == 0 && !always && !sum.stopped)
    return;
  const auto plural = [noun](std::uint64_t count) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
  };
  auto line = plural(n.done) + " done, " + std::to_string(failed) + " failed";
  if (n.failed_before > 0)
    line += " (" + std::to_string(n.failed_before)
            + " of them before: --resume-failed runs them again)";
  if (n.skipped > 0)
    line += ", " + std::to_string(n.skipped) + " done before";
  line += " in " + human_seconds(sum.seconds);
  if (sum.halted)
    line += "; halted";
  if (sum.stopped)
    line += "; stopped";
  if (!sum.first_failure.empty())
    line += "; first: " + for_terminal(sum.first_failure, 400);
  std::fprintf(stderr, "troupe-jobs: %s\n", line.c_str());
}

// Fewer jobs at once are better than outputs that cannot be kept.
// Takes: `wanted`, whether somebody has said how many. Returns: the limit for the jobs, if ours was
// raised.
std::optional<std::uint64_t> make_room_for_descriptors(jobs::job_plan& plan, bool wanted) {
  const auto limit = io::raise_descriptor_limit();
  const auto fit = jobs::fit_descriptors(plan.slots, plan.bounds, limit.now);
  if (wanted && fit < plan.slots)
    std::fprintf(stderr,
                 "troupe-jobs: only %u jobs at the same time, not %u: with %llu descriptors "
                 "(ulimit -n) there is room for no more\n",
                 fit, plan.slots, static_cast<unsigned long long>(limit.now));
  plan.slots = fit;
  return limit.before;
}

} // namespace

int run_job_list(jobs_options o, const char* noun) {
  io::job_source source{o.list, o.plan.bounds};
  if (o.dry_run)
    return dry_run(source);
  jobs_signals signals;
  tracing trace{"troupe-jobs"};
  trace_letters();
  const auto log = open_log(o, o.plan);
  if (o.plan.resume)
    compare_with_log(o, *o.plan.resume);
  o.plan.total = source.total();
  const auto job_descriptors = make_room_for_descriptors(o.plan, o.slots_given);
  io::console console;
  jobs_table table{o.show_progress};
  jobs::run_setting setting;
  setting.source = &source;
  setting.log = log.get();
  setting.out = &console;
  if (table.shows()) {
    setting.before_print = [&table] { table.erase(); };
    setting.show = [&table](const jobs::job_progress& now) { table.draw(now); };
  }
  setting.job_descriptors_max = job_descriptors;
  setting.stop = signals.stop();
  setting.kill = signals.kill();
  auto sum = o.far.coordinators.empty() ? jobs::run_jobs(o.plan, setting)
                                        : run_jobs_far(o.far, o.plan, setting);
  table.erase();
  // A signal ends the reading of the list, and the run may be over before it is told to stop.
  sum.stopped = sum.stopped || signals.exit_code() != 0;
  int code = jobs_exit_code(sum.counts.failed + sum.counts.failed_before);
  if (!sum.error.empty())
    code = jobs_trouble;
  if (sum.stopped && signals.exit_code() != 0)
    code = signals.exit_code();
  if (o.json)
    say_json(sum, code);
  else
    say_text(sum, noun, table.shows());
  const int traced = trace.finish(code);
  return traced == code ? code : jobs_trouble;
}

int jobs_run_main(int argc, char** argv) {
  int exit_code = 0;
  auto options = parse_jobs_options(argc, argv, exit_code);
  return options ? run_job_list(std::move(*options), "job") : exit_code;
}

} // namespace troupe::apps
