// SPDX-License-Identifier: BSD-3-Clause
#include "actors/jobs/slot.hpp"

#include <utility>

#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"

namespace troupe::jobs {

namespace {

constexpr std::size_t line_bytes_max = 1u << 20;

job_end end_of(io::process_end::ending how) {
  using from = io::process_end::ending;
  switch (how) {
  case from::exited:
    return job_end::exited;
  case from::signaled:
    return job_end::signaled;
  case from::deadline:
    return job_end::timed_out;
  case from::cancelled:
    return job_end::stopped;
  case from::output_limit:
    return job_end::output_limit;
  case from::not_started:
    return job_end::not_started;
  case from::lost:
    return job_end::worker_lost;
  }
  return job_end::worker_lost;
}

attempt attempt_of(io::process_end x) {
  attempt what;
  what.end = end_of(x.how);
  what.exit_code = what.end == job_end::exited ? x.code : 0;
  what.signal = x.signal;
  what.seconds = x.wall_ms / 1000;
  what.cpu_s = x.user_s + x.system_s;
  what.bytes = x.out_bytes + x.err_bytes;
  if (!x.ok() || x.stragglers)
    what.reason = std::move(x.reason);
  return what;
}

} // namespace

slot_actor::behavior_type slot::make_behavior() {
  runtime::send(self_, runner_, want_job{slot_actor{self_}});
  return {
      [this](const run_job& x) { start(x); },
      [this](stop_job) {
        if (current_)
          ports_.cancel(process_);
      },
      [this](output_came& x) {
        if (x.run != run_ || !current_)
          return;
        plan_.line_buffer ? pass_lines(x) : keep(x);
      },
      [this](const process_over& x) {
        if (x.run != run_ || !current_)
          return;
        pass_rest();
        over_ = x.what;
        report_if_over();
      },
  };
}

slot::slot(slot_actor::pointer self, slot_owner_actor runner, line_taker_actor printer,
           job_plan plan, job_ports ports, job_crew_limits crew)
    : self_(self), runner_(std::move(runner)), printer_(std::move(printer)), plan_(std::move(plan)),
      ports_(std::move(ports)), crew_(crew) {}

slot::~slot() {
  if (!current_ || process_ == 0)
    return;
  if (ports_.abandon)
    ports_.abandon(process_);
  else
    ports_.cancel(process_);
}

void slot::start(const run_job& x) {
  current_ = x;
  ++run_;
  start_s_ = ports_.wall_clock_s();
  const auto me = slot_actor{self_};
  process_ = ports_.start(
      spec_of(x.work),
      [me, run = run_](io::process_text text) {
        const auto bytes = text.bytes;
        runtime::post(me, output_came{run, text.err, std::move(text.chunk), bytes});
      },
      [me, run = run_](io::process_end end) {
        runtime::post(me, process_over{run, attempt_of(std::move(end))});
      });
}

io::process_spec slot::spec_of(const job& work) const {
  io::process_spec spec;
  spec.argv = work.argv;
  spec.out = spec.err = io::process_output::chunks;
  spec.deadline = plan_.timeout;
  spec.grace = plan_.grace;
  spec.output_bytes_max = plan_.output_bytes_max;
  spec.at_output_max = io::process_excess::kill;
  spec.credit_bytes = crew_.output_credit_bytes;
  return spec;
}

void slot::keep(const output_came& x) {
  auto& spool = x.err ? err_ : out_;
  if (!spool)
    spool = std::make_shared<io::output_spool>(plan_.bounds.output_memory_bytes_max,
                                               ports_.temporary_folder);
  if (lost_.empty())
    if (const auto why = spool->append(x.text); !why.empty())
      lose(why);
  ports_.more(process_, x.bytes);
}

// Whole lines are printed; what is behind the last one waits for its end, up to a bound.
void slot::pass_lines(output_came& x) {
  auto& partial = partial_[x.err ? 1 : 0];
  const auto feed = x.text.rfind('\n');
  if (feed == std::string::npos && partial.size() + x.text.size() < line_bytes_max) {
    partial += x.text;
    ports_.more(process_, x.bytes);
    return;
  }
  auto whole = std::exchange(partial, {});
  const auto until = feed == std::string::npos ? x.text.size() : feed + 1;
  partial = x.text.substr(until);
  whole.append(x.text, 0, until);
  pass_on(x.err, std::move(whole), x.bytes);
}

void slot::pass_rest() {
  for (const bool err : {false, true})
    if (auto rest = std::exchange(partial_[err ? 1 : 0], {}); !rest.empty())
      pass_on(err, std::move(rest), 0);
}

void slot::pass_on(bool err, std::string text, std::uint64_t bytes) {
  if (plan_.tag && text.back() != '\n')
    text += '\n'; // the next tag begins a line
  ++prints_out_;
  const auto printed = [this, run = run_, bytes](const std::string& error) {
    --prints_out_;
    if (!error.empty())
      lose(error);
    if (run == run_ && bytes > 0)
      ports_.more(process_, bytes);
    report_if_over();
  };
  runtime::request(self_, printer_, crew_.print_deadline,
                   print_lines{err, current_->work.tag, std::move(text)})
      .then([printed](const lines_printed& answer) { printed(answer.error); },
            [this, printed](const caf::error& why) {
              printed("the printer died: " + runtime::text(self_->system(), why));
            });
}

void slot::lose(const std::string& why) {
  if (lost_.empty())
    lost_ = why;
  ports_.cancel(process_);
}

void slot::report_if_over() {
  if (!over_ || prints_out_ > 0)
    return;
  auto what = std::move(*over_);
  over_.reset();
  what.seq = current_->work.seq;
  what.number = current_->number;
  what.start_s = start_s_;
  if (!lost_.empty()) {
    what.end = job_end::output_lost;
    what.reason = std::exchange(lost_, {});
  }
  current_.reset();
  process_ = 0;
  runtime::send(self_, runner_,
                attempt_over{slot_actor{self_}, std::move(what), std::exchange(out_, nullptr),
                             std::exchange(err_, nullptr)});
}

} // namespace troupe::jobs
