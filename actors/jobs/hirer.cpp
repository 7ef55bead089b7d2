// SPDX-License-Identifier: BSD-3-Clause
#include "actors/jobs/hirer.hpp"

#include <algorithm>
#include <utility>

#include "actors/jobs/far_slot.hpp"
#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"

namespace troupe::jobs {

namespace {

std::string in_seconds(caf::timespan t) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(t).count();
  return ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms";
}

} // namespace

hirer_actor::behavior_type hirer::make_behavior() {
  return {
      [this](const hire_for& x) {
        crew_ = x.crew;
        runner_ = x.runner;
        printer_ = x.printer;
        wait();
        open();
      },
      [this](const use_job_head& x) { use(x.head); },
      [this](const job_head_lost& x) { lost(x.why); },
      [this](const slots_wanted& x) {
        wanted_ = x.count;
        ask();
      },
      [this](hand_granted& x) { granted(x); },
      [this](const hands_there& x) { see_if_any(x.any); },
      [this](const slot_busy& x) {
        if (const auto i = slots_.find(x.who.address()); i != slots_.end() && !i->second.busy) {
          i->second.busy = true;
          ++busy_;
          ask();
        }
      },
      [this](const hirer_due& x) { due(x.number); },
  };
}

hirer::hirer(hirer_actor::pointer self, job_plan plan, job_ports ports, job_crew_limits crew,
             far_job_limits limits, std::function<void(const std::string& line)> say)
    : self_(self), plan_(std::move(plan)), ports_(std::move(ports)), crew_limits_(crew),
      limits_(limits), say_(std::move(say)), watcher_(self) {}

hirer::~hirer() {
  for (const auto& [address, slot] : slots_)
    runtime::stop(slot.who);
}

void hirer::use(const job_head_actor& head) {
  head_ = head;
  run_ = 0;
  if (head_)
    open();
  else
    say("that coordinator has no jobs run");
}

void hirer::open() {
  if (!head_ || !crew_ || run_ != 0)
    return;
  const auto mine = ++orders_;
  runtime::request(self_, head_, limits_.answer_deadline, run_opened{hirer_actor{self_}})
      .then(
          [this, mine](const run_taken& x) {
            if (mine != orders_ || !head_)
              return;
            if (!x.refused.empty())
              return fail("the coordinator refuses: " + x.refused);
            run_ = x.id;
            asked_ = 0;
            ++waits_; // nobody is waited for any more
            if (std::exchange(opened_once_, true) || !why_lost_.empty())
              say("connected to a coordinator; the run goes on");
            why_lost_.clear();
            ask();
          },
          [this, mine](const caf::error& why) {
            // One that is gone is followed by another, or by none for now.
            if (mine == orders_ && head_ && !runtime::receiver_gone(why))
              fail("the coordinator takes no run: " + runtime::text(self_->system(), why));
          });
}

void hirer::lost(const std::string& why) {
  head_ = nullptr;
  const bool had = std::exchange(run_, 0) != 0;
  asked_ = 0;
  if (had) {
    say("the coordinator was lost (" + why + "); what ran at its nodes counts as lost; waiting "
        + in_seconds(limits_.away_max) + " for it to come back");
    wait();
  } else if (why_lost_ != why && !opened_once_) {
    say("no coordinator: " + why + "; trying again");
  }
  why_lost_ = why;
}

void hirer::wait() {
  runtime::send_after(self_, limits_.away_max, hirer_actor{self_}, hirer_due{2 * ++waits_ + 1});
}

// As many as jobs could start; but those that have none yet, or are on their way, come first.
void hirer::ask() {
  const std::uint64_t fresh = slots_.size() - busy_;
  if (wanted_ == 0) {
    for (const auto& [address, slot] : slots_)
      if (!slot.busy)
        runtime::send(self_, slot.who, give_back{});
    return;
  }
  if (run_ == 0)
    return;
  const auto room = plan_.slots - std::min<std::uint64_t>(plan_.slots, busy_);
  const auto useful = std::min<std::uint64_t>(wanted_, room);
  if (useful <= asked_ + fresh)
    return;
  const auto more = useful - asked_ - fresh;
  asked_ += more;
  runtime::send(self_, head_, want_hands{run_, more});
}

void hirer::granted(hand_granted& x) {
  if (asked_ > 0)
    --asked_;
  if (!x.lease)
    return;
  if (!runner_ || wanted_ == 0 || slots_.size() >= plan_.slots) {
    runtime::send(self_, x.lease, hand_returned{});
    return ask();
  }
  auto slot = runtime::spawn<far_slot>(self_, hirer_actor{self_}, runner_, printer_, std::move(x),
                                       plan_, ports_, crew_limits_, limits_);
  watcher_.watch(self_, slot, [this, who = slot.address()](const caf::error&) {
    if (const auto gone = slots_.extract(who); !gone.empty() && gone.mapped().busy)
      --busy_;
    ask();
  });
  const auto address = slot.address();
  slots_.emplace(address, held{std::move(slot)});
}

void hirer::see_if_any(bool any) {
  any_ = any;
  if (!any_) // the last one may be between two jobs
    runtime::send_after(self_, limits_.no_hand_grace, hirer_actor{self_}, hirer_due{2 * ++nones_});
  else if (std::exchange(said_none_, false))
    say("a node has come");
}

void hirer::due(std::uint64_t number) {
  if (number % 2 == 0) {
    if (number == 2 * nones_ && !any_ && run_ != 0 && !std::exchange(said_none_, true))
      say("no node runs jobs for that coordinator: waiting for one");
    return;
  }
  if (number == 2 * waits_ + 1 && run_ == 0)
    fail("no coordinator for " + in_seconds(limits_.away_max)
         + (why_lost_.empty() ? "" : " (" + why_lost_ + ")"));
}

void hirer::say(const std::string& line) const {
  if (say_)
    say_(line);
}

void hirer::fail(const std::string& error) {
  if (!std::exchange(failed_, true))
    runtime::send(self_, crew_, hands_failed{error});
}

} // namespace troupe::jobs
