// SPDX-License-Identifier: BSD-3-Clause
#include "actors/jobs/far_slot.hpp"

#include <utility>

#include "messages/type_ids.hpp"

namespace troupe::jobs {

far_slot_actor::behavior_type far_slot::make_behavior() {
  watcher_.watch(self_, hand_.lease, [this](const caf::error&) { lease_lost(); });
  runtime::send(self_, hand_.lease, hand_taken{far_slot_actor{self_}});
  runtime::send(self_, runner_, want_job{slot_actor{far_slot_actor{self_}}});
  return {
      [this](const run_job& x) { begin(x); },
      [this](stop_job) {
        if (current_)
          runtime::send(self_, hand_.lease, stop_job{});
      },
      [](const output_came&) {}, // of a process that is here
      [](const process_over&) {},
      [this](give_back) { return_hand(); },
      [this](output_part& x) {
        if (current_ && !over_ && !reported_)
          take(x);
      },
      [this](const job_over& x) {
        if (!current_ || over_ || reported_)
          return;
        over_ = x.what;
        report_if_over();
      },
  };
}

far_slot::far_slot(far_slot_actor::pointer self, hirer_actor hirer, runner_actor runner,
                   printer_actor printer, hand_granted hand, job_plan plan, job_ports ports,
                   job_crew_limits crew, far_job_limits limits)
    : self_(self), hirer_(std::move(hirer)), runner_(std::move(runner)),
      printer_(std::move(printer)), hand_(std::move(hand)), plan_(std::move(plan)),
      ports_(std::move(ports)), crew_(crew), limits_(limits), watcher_(self) {}

void far_slot::begin(const run_job& x) {
  current_ = x;
  start_s_ = ports_.wall_clock_s();
  if (gone_)
    return lose();
  runtime::send(self_, hirer_, slot_busy{far_slot_actor{self_}});
  job_part part;
  part.rules = {plan_.timeout.count(), plan_.grace.count(), plan_.output_bytes_max,
                plan_.line_buffer && plan_.tag};
  part.seq = x.work.seq;
  part.number = x.number;
  std::size_t bytes = 0;
  for (const auto& word : x.work.argv) {
    bytes += word.size() + 8;
    if (bytes > limits_.argv_part_bytes_max && !part.argv.empty()) {
      part.more = true;
      runtime::send(self_, hand_.lease, part);
      part.argv.clear();
      bytes = word.size() + 8;
    }
    part.argv.push_back(word);
  }
  part.more = false;
  runtime::send(self_, hand_.lease, std::move(part));
}

// A job that the runner gave before it heard comes before its answer.
void far_slot::return_hand() {
  if (current_ || std::exchange(leaving_, true))
    return;
  runtime::request(self_, runner_, limits_.answer_deadline,
                   slot_leaves{slot_actor{far_slot_actor{self_}}})
      .then(
          [this](const slot_left& x) {
            if (!x.was_free || current_)
              return;
            if (!gone_)
              runtime::send(self_, hand_.lease, hand_returned{});
            self_->quit();
          },
          [this](const caf::error&) { self_->quit(); });
}

void far_slot::take(output_part& x) { plan_.line_buffer ? pass_lines(x) : keep(x); }

void far_slot::keep(const output_part& x) {
  auto& spool = x.err ? err_ : out_;
  if (!spool)
    spool = std::make_shared<io::output_spool>(plan_.bounds.output_memory_bytes_max,
                                               ports_.temporary_folder);
  taken(x.text.size(), spool->append(x.text));
}

// Lines that come in parts are printed as one, so that no other's come between.
void far_slot::pass_lines(output_part& x) {
  auto& partial = partial_[x.err ? 1 : 0];
  const auto bytes = x.text.size();
  partial += x.text;
  if (x.more && partial.size() < limits_.text_bytes_max)
    return taken(bytes, "");
  ++prints_out_;
  const auto printed = [this, bytes](const std::string& error) {
    --prints_out_;
    taken(bytes, error);
    report_if_over();
  };
  runtime::request(self_, printer_, crew_.print_deadline,
                   print_lines{x.err, current_->work.tag, std::exchange(partial, {})})
      .then([printed](const lines_printed& answer) { printed(answer.error); },
            [this, printed](const caf::error& why) {
              printed("the printer died: " + runtime::text(self_->system(), why));
            });
}

void far_slot::taken(std::uint64_t bytes, const std::string& error) {
  if (!gone_)
    runtime::send(self_, hand_.lease, output_taken{bytes, error});
}

void far_slot::lease_lost() {
  gone_ = true;
  if (!current_)
    return return_hand();
  if (!over_ && !reported_) // else all is here, and only printing takes its time
    lose();
}

// Whether it was done, and how much of it, is not known.
void far_slot::lose() {
  attempt what;
  what.end = job_end::worker_lost;
  what.reason = "the connection to node " + hand_.node + " was lost";
  report(std::move(what));
}

void far_slot::report_if_over() {
  if (over_ && prints_out_ == 0 && !reported_)
    report(*over_);
}

void far_slot::report(attempt what) {
  reported_ = true;
  const bool lost = what.end >= job_end::worker_lost;
  if (lost) {
    what.end = job_end::worker_lost; // a number that is none says nothing better
    what.start_s = start_s_;
    out_ = err_ = nullptr;
  }
  what.seq = current_->work.seq;
  what.number = current_->number;
  what.node = hand_.node;
  runtime::send(self_, runner_,
                attempt_over{slot_actor{far_slot_actor{self_}}, std::move(what), std::move(out_),
                             std::move(err_), true});
  // Its end is not to come before its report.
  const auto end = [this] { self_->quit(); };
  runtime::request(self_, runner_, limits_.answer_deadline,
                   slot_leaves{slot_actor{far_slot_actor{self_}}})
      .then([end](const slot_left&) { end(); }, [end](const caf::error&) { end(); });
}

} // namespace troupe::jobs
