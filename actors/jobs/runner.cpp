// SPDX-License-Identifier: BSD-3-Clause
#include "actors/jobs/runner.hpp"

#include <algorithm>
#include <utility>

#include "domain/jobs/log_row.hpp"
#include "domain/jobs/words.hpp"
#include "messages/type_ids.hpp"

namespace troupe::jobs {

runner_actor::behavior_type runner::make_behavior() {
  started_ = now();
  if (finder_) // no slot comes before there is a job
    ask_reader();
  return {
      [this](const want_job& x) {
        if (hands_.try_emplace(x.who.address(), hand{x.who}).second)
          watcher_.watch(self_, x.who,
                         [this, who = x.who.address()](const caf::error&) { lost(who); });
        idle_.push_back(x.who);
        hand_out();
      },
      [this](attempt_over& x) {
        if (const auto i = hands_.find(x.who.address()); i != hands_.end())
          i->second.seq = 0;
        ended(x.what, &x);
        if (x.leaves)
          hands_.erase(x.who.address());
        else
          idle_.push_back(x.who);
        hand_out();
      },
      [this](const slot_leaves& x) -> caf::result<slot_left> { return let_go(x.who); },
      [this](jobs_read& x) {
        take_jobs(x);
        hand_out();
      },
      [this](const output_printed& x) {
        printed(x);
        hand_out();
      },
      [this](job_progress_wanted) -> caf::result<job_progress_report> {
        return job_progress_report{how_far()};
      },
      [this](const stop_run& x) { stop(x.now); },
      [this](const job_tick& x) {
        if (x.number == wake_number_)
          wake_ = instant::max();
        hand_out();
      },
  };
}

runner::runner(runner_actor::pointer self, crew_actor crew, reader_actor reader,
               printer_actor printer, job_plan plan, job_ports ports, job_crew_limits limits,
               slot_finder_actor finder)
    : self_(self), crew_(std::move(crew)), reader_(std::move(reader)), printer_(std::move(printer)),
      plan_(std::move(plan)), ports_(std::move(ports)), limits_(limits), schedule_(plan_.rules),
      watcher_(self), finder_(std::move(finder)) {}

instant runner::now() const { return self_->clock().now(); }

// Gives idle slots work until one of the two runs out.
void runner::hand_out() {
  if (ended_)
    return;
  ask_reader();
  while (!idle_.empty()) {
    const bool room_at_printer = at_printer_.size() < plan_.bounds.outputs_waiting_max;
    auto step = schedule_.next(now(), room_at_printer);
    if (step.what == schedule::step::kind::start) {
      give_job(std::move(step));
      continue;
    }
    if (step.until != instant::max())
      wake_at(step.until);
    break;
  }
  end_if_done();
  tell_finder();
}

// How many could work beside those that there are; a retry that is due later makes one more then.
void runner::tell_finder() {
  if (!finder_)
    return;
  std::uint64_t wanted = 0;
  if (!ended_ && idle_.empty()) {
    const auto more = schedule_.ready(now(), at_printer_.size() < plan_.bounds.outputs_waiting_max);
    wanted = more.jobs;
    if (more.until != instant::max())
      wake_at(more.until);
  }
  if (std::exchange(wanted_told_, wanted) != wanted)
    runtime::send(self_, finder_, slots_wanted{wanted});
}

slot_left runner::let_go(const slot_actor& who) {
  const auto i = hands_.find(who.address());
  if (i != hands_.end() && i->second.seq != 0)
    return {false};
  std::erase(idle_, who);
  if (i != hands_.end())
    hands_.erase(i);
  return {true};
}

// In halves: one message a job would cost more than the reading.
void runner::ask_reader() {
  const auto room = schedule_.room();
  if (reading_ || room == 0 || room * 2 < plan_.rules.ahead_max)
    return;
  reading_ = true;
  runtime::send(self_, reader_, jobs_wanted{runner_actor{self_}, room});
}

void runner::give_job(schedule::step step) {
  const auto who = std::move(idle_.front());
  idle_.pop_front();
  hands_[who.address()] = hand{who, step.work.seq, step.number, now()};
  runtime::send(self_, who, run_job{std::move(step.work), step.number});
}

void runner::take_jobs(jobs_read& x) {
  reading_ = false;
  if (schedule_.stopped())
    return;
  expect_outputs expected;
  for (auto& work : x.jobs) {
    const auto answer = plan_.resume ? plan_.resume->ask(work) : resume_rule::answer::run;
    if (answer == resume_rule::answer::other_job)
      return fail("job " + std::to_string(work.seq) + ", " + shell_line(work.argv)
                      + ", is another command in the log: it is of another job list",
                  false);
    if (answer != resume_rule::answer::run) {
      schedule_.skip(answer == resume_rule::answer::was_good);
      continue;
    }
    expected.seqs.push_back(work.seq);
    schedule_.add(std::move(work));
  }
  if (plan_.keep_order && !expected.seqs.empty())
    runtime::send(self_, printer_, std::move(expected));
  if (summary_.error.empty())
    summary_.error = x.error; // what stands before the bad line runs all the same
  if (x.end)
    schedule_.source_ended();
}

void runner::ended(const attempt& what, attempt_over* with) {
  const auto i = schedule_.running().find(what.seq);
  if (ended_ || i == schedule_.running().end())
    return;
  auto work = i->second;
  const auto verdict = schedule_.ended(what, now());
  if (verdict == schedule::verdict::unknown)
    return;
  summary_.cpu_s += what.cpu_s;
  summary_.bytes += what.bytes;
  if (verdict == schedule::verdict::again)
    return log(work, what, false);
  if (!what.good() && summary_.first_failure.empty())
    summary_.first_failure =
        "job " + std::to_string(what.seq) + ", " + name_of(work) + ": " + in_words(what);
  if (plan_.line_buffer && what.end == job_end::output_lost)
    fail(what.reason, true);
  forget_dropped();
  print_output output{runner_actor{self_}, what.seq, work.tag, nullptr, nullptr};
  if (with != nullptr) {
    output.out = std::move(with->out);
    output.err = std::move(with->err);
  }
  at_printer_.emplace(what.seq, finished_job{std::move(work), what});
  runtime::send(self_, printer_, std::move(output));
}

void runner::lost(const caf::actor_addr& who) {
  std::erase_if(idle_, [&](const slot_actor& s) { return s.address() == who; });
  const auto i = hands_.find(who);
  if (i == hands_.end())
    return;
  const auto held = i->second;
  hands_.erase(i);
  if (held.seq != 0) {
    attempt what;
    what.seq = held.seq;
    what.number = held.number;
    what.end = job_end::worker_lost;
    what.start_s = ports_.wall_clock_s();
    ended(what, nullptr);
  }
  hand_out();
}

void runner::printed(const output_printed& x) {
  const auto i = at_printer_.find(x.seq);
  if (ended_ || i == at_printer_.end())
    return;
  const auto over = std::move(i->second);
  at_printer_.erase(i);
  if (x.error.empty())
    log(over.work, over.what, true);
  else
    fail(x.error, true); // without a row: whoever resumes gets to see its output
}

void runner::log(const job& work, const attempt& what, bool final) {
  if (!ports_.log)
    return;
  if (const auto error = ports_.log(log_line(work, what, final)); !error.empty())
    fail(error, false);
}

// A stop, ours or the schedule's own, drops jobs whose outputs others may be waiting behind.
void runner::forget_dropped() {
  summary_.halted = schedule_.halted();
  auto dropped = schedule_.take_dropped();
  if (plan_.keep_order && !dropped.empty())
    runtime::send(self_, printer_, forget_outputs{std::move(dropped)});
}

void runner::fail(const std::string& error, bool end_running) {
  if (summary_.error.empty())
    summary_.error = error;
  schedule_.stop();
  forget_dropped();
  if (end_running)
    stop_running();
}

void runner::stop(bool at_once) {
  if (ended_)
    return;
  summary_.stopped = true;
  schedule_.stop();
  forget_dropped();
  tell_finder();
  if (!at_once) {
    stop_running();
    return end_if_done();
  }
  const auto running = schedule_.running();
  for (const auto& [seq, work] : running) {
    attempt what;
    what.seq = seq;
    what.end = job_end::stopped;
    for (const auto& [who, held] : hands_)
      if (held.seq == seq)
        what.number = held.number;
    what.start_s = ports_.wall_clock_s();
    if (schedule_.ended(what, now()) == schedule::verdict::final_end)
      log(work, what, true);
  }
  end();
}

void runner::stop_running() {
  if (std::exchange(stopping_, true))
    return;
  for (const auto& [who, held] : hands_)
    if (held.seq != 0)
      runtime::send(self_, held.who, stop_job{});
}

// Sends itself a tick for `when`; an earlier one that is still under way then counts for nothing.
void runner::wake_at(instant when) {
  if (when >= wake_)
    return;
  wake_ = when;
  const auto delay = std::max(caf::timespan{0}, caf::timespan{when - now()});
  runtime::send_after(self_, delay, runner_actor{self_}, job_tick{++wake_number_});
}

void runner::end_if_done() {
  if (!ended_ && schedule_.finished() && at_printer_.empty())
    end();
}

void runner::end() {
  ended_ = true;
  summary_.counts = schedule_.counts();
  summary_.seconds = std::chrono::duration<double>(now() - started_).count();
  runtime::send(self_, crew_, run_ended{std::move(summary_)});
}

std::string runner::name_of(const job& work) const {
  const auto name = plan_.named_by_tag ? work.tag : shell_line(work.argv);
  return name.substr(0, running_job::words_bytes_max);
}

job_progress runner::how_far() const {
  job_progress p;
  p.counts = schedule_.counts();
  p.seconds = std::chrono::duration<double>(now() - started_).count();
  const auto& n = p.counts;
  if (schedule_.source_over())
    p.left = schedule_.in_hand();
  else if (plan_.total)
    p.left = *plan_.total - std::min(*plan_.total, n.done + n.failed + n.skipped + n.failed_before);
  for (const auto& [seq, work] : schedule_.running()) {
    if (p.running.size() == limits_.running_shown_max)
      break;
    p.running.push_back({seq, 1, name_of(work), 0});
  }
  for (auto& shown : p.running)
    for (const auto& [who, held] : hands_)
      if (held.seq == shown.seq) {
        shown.number = held.number;
        shown.seconds = std::chrono::duration<double>(now() - held.since).count();
      }
  return p;
}

} // namespace troupe::jobs
