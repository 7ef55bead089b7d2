// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/coordinator.hpp"

#include <algorithm>
#include <utility>

#include "messages/type_ids.hpp"

namespace troupe::crawl {

coordinator_actor::behavior_type coordinator::make_behavior() {
  started_ = now();
  for (const url& seed : plan_seeds_)
    frontier_.add_seed(seed);
  return {
      [this](const want_page& x) {
        if (x.fetch_ended != 0)
          frontier_.fetch_ended(x.fetch_ended);
        if (held_.try_emplace(x.who.address()).second)
          watcher_.watch(self_, x.who,
                         [this, who = x.who.address()](const caf::error&) { lost(who); });
        idle_.push_back(x.who);
        hand_out();
      },
      [this](page_done& x) {
        finished(x);
        hand_out();
      },
      [this](progress_wanted) -> caf::result<progress_report> {
        return progress_report{frontier_.counts()};
      },
      [this](const stop_crawl& x) {
        if (all_done_)
          return; // only the last rows are on their way
        summary_.interrupted = true;
        stop(x.now);
      },
      [this](const tick& x) {
        if (x.number == wake_number_)
          wake_ = instant::max();
        hand_out();
      },
  };
}

coordinator::coordinator(coordinator_actor::pointer self, supervisor_actor supervisor,
                         sink_actor sink, robots_actor robots, crawl_plan plan, crew_limits crew)
    : self_(self), supervisor_(std::move(supervisor)), sink_(std::move(sink)),
      robots_(std::move(robots)), crew_(crew), plan_seeds_(std::move(plan.seeds)),
      frontier_(plan.bounds, plan.scope), watcher_(self) {}

instant coordinator::now() const { return self_->clock().now(); }

// Gives idle fetchers work until one of the two runs out.
void coordinator::hand_out() {
  while (!ended_ && !idle_.empty()
         && unwritten_.size() + rows_at_sink_ < crew_.rows_unwritten_max) {
    auto step = frontier_.next(now());
    switch (step.what) {
    case frontier::step::kind::page:
      give_page(std::move(step.job));
      break;
    case frontier::step::kind::robots:
      learn_robots(step.origin);
      break;
    case frontier::step::kind::wait:
      return wake_at(step.until);
    case frontier::step::kind::busy:
      return;
    case frontier::step::kind::finished:
      all_done_ = true;
      return end_if_done();
    }
  }
}

void coordinator::give_page(page_job job) {
  const auto who = std::move(idle_.front());
  idle_.pop_front();
  held_[who.address()].insert(job.id);
  holder_[job.id] = who.address();
  runtime::send(self_, who, page_wanted{std::move(job)});
}

void coordinator::learn_robots(const std::string& origin) {
  const auto known = [this, origin](std::shared_ptr<const robots_rules> rules, bool unreachable) {
    frontier_.robots_known(origin, std::move(rules), unreachable);
    hand_out();
  };
  runtime::request(self_, robots_, crew_.robots_deadline, robots_wanted{origin})
      .then([known](const robots_known& x) { known(x.rules, x.unreachable); },
            [known](const caf::error&) {
              known(std::make_shared<const robots_rules>(robots_rules::disallow_all()), true);
            });
}

void coordinator::finished(page_done& x) {
  if (ended_)
    return; // canceled on the way out: its row would be in no count
  if (const auto i = holder_.find(x.id); i != holder_.end()) {
    held_[i->second].erase(x.id);
    holder_.erase(i);
  }
  if (frontier_.page_done(x.id, x.result, now()) == frontier::verdict::final_row)
    keep_row(std::move(x.result.row), std::move(x.result.items));
}

void coordinator::lost(const caf::actor_addr& who) {
  if (ended_)
    return;
  std::erase_if(idle_, [&](const fetcher_actor& f) { return f.address() == who; });
  const auto pages = std::move(held_[who]);
  held_.erase(who);
  for (const auto id : pages) {
    holder_.erase(id);
    if (auto given_up = frontier_.job_lost(id, now()))
      keep_row(std::move(*given_up), {});
  }
  hand_out();
}

void coordinator::keep_row(page_row row, std::vector<item> items) {
  add_row(summary_, row);
  flushed_ = false;
  unwritten_.push_back({std::move(row), std::move(items)});
  write_on();
}

// One batch at a time: while the sink is busy the next one grows, so a slow disk gets fewer, larger
// writes.
void coordinator::write_on() {
  const bool last = all_done_ && !flushed_;
  if (writing_ || (unwritten_.empty() && !last))
    return;
  writing_ = true;
  rows_at_sink_ = unwritten_.size();
  const auto written = [this, last](std::string error) {
    writing_ = false;
    rows_at_sink_ = 0;
    flushed_ = flushed_ || last;
    if (!error.empty() && summary_.output_error.empty()) {
      summary_.output_error = std::move(error);
      frontier_.stop(); // what cannot be written need not be fetched
      all_done_ = true;
    }
    write_on();
    hand_out();
    end_if_done();
  };
  runtime::request(self_, sink_, crew_.write_deadline,
                   write_rows{std::exchange(unwritten_, {}), last})
      .then([written](rows_written& x) { written(std::move(x.error)); },
            [this, written](const caf::error& err) {
              written("the output took no rows: " + runtime::text(self_->system(), err));
            });
}

// Sends itself a tick for `when`; an earlier one that is still under way then counts for nothing.
void coordinator::wake_at(instant when) {
  if (when >= wake_)
    return;
  wake_ = when;
  const auto delay = std::max(caf::timespan{0}, caf::timespan{when - now()});
  runtime::send_after(self_, delay, coordinator_actor{self_}, tick{++wake_number_});
}

void coordinator::stop(bool at_once) {
  frontier_.stop();
  const bool in_hand = frontier_.counts().in_flight > 0;
  if (at_once || !in_hand) {
    all_done_ = true;
    return end_if_done();
  }
  if (!std::exchange(stopping_, true))
    runtime::send_after(self_, crew_.stop_grace, coordinator_actor{self_}, stop_crawl{true});
  hand_out();
}

void coordinator::end_if_done() {
  if (!all_done_ || ended_)
    return;
  if (!flushed_)
    return write_on();
  if (writing_ || !unwritten_.empty())
    return;
  ended_ = true;
  summary_.counts = frontier_.counts();
  if (summary_.first_error.empty())
    summary_.first_error = frontier_.denied_seed();
  summary_.seconds = std::chrono::duration<double>(now() - started_).count();
  runtime::send(self_, supervisor_, crawl_ended{std::move(summary_)});
}

} // namespace troupe::crawl
