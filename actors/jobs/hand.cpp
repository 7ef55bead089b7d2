// SPDX-License-Identifier: BSD-3-Clause
#include "actors/jobs/hand.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "actors/jobs/slot.hpp"
#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"

namespace troupe::jobs {

namespace {

// The slot has to pass on what it reads: it keeps nothing, since its lines are taken elsewhere.
job_plan plan_of(const far_rules& rules) {
  job_plan plan;
  plan.timeout = std::chrono::milliseconds{std::max<std::int64_t>(rules.timeout_ms, 0)};
  plan.grace = std::chrono::milliseconds{std::max<std::int64_t>(rules.grace_ms, 0)};
  plan.output_bytes_max = std::max<std::uint64_t>(rules.output_bytes_max, 1);
  plan.line_buffer = true;
  plan.tag = rules.whole_lines;
  return plan;
}

} // namespace

hand_actor::behavior_type hand::make_behavior() {
  runtime::send(self_, head_, hand_free{hand_actor{self_}, node_});
  return {
      [this](const lease_opened& x) {
        if (lease_ || !x.who)
          return;
        lease_ = x.who;
        watcher_.watch(self_, lease_, [this](const caf::error&) { self_->quit(); });
      },
      [this](job_part& x) {
        if (lease_ && !slot_ && !over_)
          gather(x);
      },
      [this](stop_job) {
        stop_ = true;
        if (slot_)
          runtime::send(self_, slot_, stop_job{});
      },
      [this](const output_taken& x) { taken(x); },
      [this](hand_released) { self_->quit(); },
      [this](hands_leave) { leave(); },
      [this](const want_job& x) {
        if (!x.who)
          return;
        runtime::send(self_, x.who, std::move(work_));
        if (stop_) // it came before the slot could be told
          runtime::send(self_, x.who, stop_job{});
      },
      [this](attempt_over& x) { over(std::move(x.what)); },
      [this](print_lines& x) -> caf::result<lines_printed> {
        auto answer = self_->make_response_promise<lines_printed>();
        lines_.push_back({x.err, std::move(x.text), 0, 0, answer});
        pass_on();
        return answer;
      },
  };
}

hand::hand(hand_actor::pointer self, job_head_actor head, std::string node, job_ports ports,
           job_crew_limits crew, far_job_limits limits)
    : self_(self), head_(std::move(head)), node_(std::move(node)), ports_(std::move(ports)),
      crew_(crew), limits_(limits), watcher_(self) {}

hand::~hand() { runtime::stop(slot_); }

void hand::gather(job_part& x) {
  for (auto& word : x.argv) {
    argv_bytes_ += word.size() + 1;
    work_.work.argv.push_back(std::move(word));
  }
  work_.work.seq = x.seq;
  work_.number = x.number;
  attempt refused;
  refused.end = job_end::not_started;
  refused.start_s = ports_.wall_clock_s();
  if (argv_bytes_ > job_limits{}.argv_bytes_max * 2) // words' ends included
    refused.reason =
        "a command of more than " + std::to_string(job_limits{}.argv_bytes_max) + " bytes";
  else if (!x.more && work_.work.argv.empty())
    refused.reason = "a command without words";
  if (!refused.reason.empty())
    return over(std::move(refused));
  if (!x.more)
    start(x);
}

void hand::start(const job_part& last) {
  slot_ =
      runtime::spawn<slot>(self_, slot_owner_actor{hand_actor{self_}},
                           line_taker_actor{hand_actor{self_}}, plan_of(last.rules), ports_, crew_);
  watcher_.watch(self_, slot_, [this](const caf::error& why) {
    attempt lost;
    lost.end = job_end::worker_lost;
    lost.reason = "at node " + node_ + ": " + runtime::text(self_->system(), why);
    over(std::move(lost));
  });
}

// Lines in the order in which the slot gave them, in messages of part_bytes_max.
void hand::pass_on() {
  for (auto& l : lines_)
    while (l.sent < l.text.size()) {
      if (out_parts_ >= limits_.output_window_parts || out_bytes_ >= limits_.output_window_bytes)
        return;
      auto piece = l.text.substr(l.sent, limits_.part_bytes_max);
      l.sent += piece.size();
      out_bytes_ += piece.size();
      ++out_parts_;
      runtime::send(self_, lease_, output_part{l.err, std::move(piece), l.sent < l.text.size()});
    }
}

// What is taken is the oldest of what was sent.
void hand::taken(const output_taken& x) {
  if (error_.empty())
    error_ = x.error;
  out_bytes_ -= std::min(x.bytes, out_bytes_);
  out_parts_ -= std::min(1u, out_parts_);
  for (auto left = x.bytes; left > 0 && !lines_.empty();) {
    auto& l = lines_.front();
    const auto some = std::min<std::uint64_t>(left, l.sent - l.taken);
    l.taken += some;
    left -= some;
    if (l.taken < l.text.size())
      break;
    l.answer.deliver(lines_printed{error_});
    lines_.pop_front();
  }
  pass_on();
}

void hand::over(attempt what) {
  if (std::exchange(over_, true))
    return;
  runtime::send(self_, lease_, job_over{std::move(what)});
}

// With a job it stays until that is over.
void hand::leave() {
  if (!slot_ && !over_)
    runtime::send(self_, head_, hand_leaves{hand_actor{self_}});
}

} // namespace troupe::jobs
