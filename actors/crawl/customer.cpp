// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/customer.hpp"

#include <chrono>
#include <utility>

#include "actors/crawl/progress.hpp"
#include "actors/crawl/sink.hpp"
#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"

namespace troupe::crawl {

namespace {

constexpr auto answer_deadline = std::chrono::seconds(60);

} // namespace

customer_actor::behavior_type customer::make_behavior() {
  sink_ = runtime::spawn<sink>(self_, ports_.outside, crew_);
  watcher_.watch(self_, sink_, [this](const caf::error& why) {
    crawl_summary summary;
    summary.output_error = "the output writer died: " + runtime::text(self_->system(), why);
    end(std::move(summary));
  });
  wait_for("coordinator", "no coordinator was found yet");
  return {
      [this](const use_head& x) { found(x.head); },
      [this](const head_lost& x) {
        head_ = nullptr;
        if (coordinator_)
          return lost(x.why);
        if (!again_)
          wait_for("coordinator", "no coordinator: " + x.why);
        if (std::exchange(why_lost_, x.why) != x.why)
          say("no coordinator: " + x.why + "; trying again");
      },
      [this](const teams_there& x) { teams(x.teams); },
      [this](crawl_ended& x) { end(std::move(x.summary)); },
      [this](const stop_crawl& x) { stop(x); },
      [this](const tick& x) {
        switch (const auto count = x.number / tick_kinds; x.number % tick_kinds) {
        case end_or_loss:
          return see_what_is_written();
        case away_over:
          if (count == aways_ && again_ && !coordinator_)
            tell_what_is_written(rows_);
          return;
        case idle_over:
          if (count == idles_)
            waited_in_vain();
          return;
        case no_team_for_a_while:
          return no_team();
        case stop_is_overdue:
          return end_stopped();
        }
      },
  };
}

customer::customer(customer_actor::pointer self, crawl_plan plan, far_http http,
                   customer_ports ports, crew_limits crew)
    : self_(self), seeds_(std::exchange(plan.seeds, {})), plan_(std::move(plan)), http_(http),
      ports_(std::move(ports)), crew_(crew), watcher_(self) {}

customer::~customer() {
  if (!std::exchange(over_, true)) { // stopped or failed: whoever waits must hear of it
    crawl_summary summary;
    summary.output_error = "the crawl's customer ended early";
    summary.reason = "unreachable";
    ports_.ended(std::move(summary));
  }
  runtime::stop(progress_);
  runtime::stop(sink_);
}

std::vector<url> customer::next_seeds() {
  std::vector<url> seeds;
  for (std::size_t bytes = 0; more_seeds() && bytes < seeds_bytes_a_message; ++sent_) {
    bytes += seeds_[sent_].str().size() + seeds_[sent_].credentials().size() + 8;
    seeds.push_back(seeds_[sent_]);
  }
  return seeds;
}

void customer::found(const crawl_head_actor& head) {
  head_ = head;
  if (coordinator_ || ending_)
    return;
  if (head_)
    return order();
  if (!again_)
    wait_for("coordinator", "that coordinator does not crawl");
  say("that coordinator does not crawl");
}

// What a coordinator that was lost before it had taken the order has sent counts as well.
void customer::order() {
  if (!again_)
    return send_order();
  count_rows([this] {
    if (head_ && !coordinator_ && !ending_)
      send_order();
  });
}

// Of a row that has come in part the rest is lost: should it come again, then from its beginning.
void customer::count_rows(std::function<void()> then) {
  runtime::request(self_, sink_, crew_.write_deadline, write_rows{{}, true, true})
      .then(
          [this, then](const rows_written& x) {
            rows_ = x.rows;
            then();
          },
          [then](const caf::error&) { then(); });
}

void customer::send_order() {
  ++orders_;
  sent_ = 0;
  plan_.seeds = next_seeds();
  if (!again_) // the order before this one may have been taken: nobody waits for that any more
    key_ = ports_.draw_key ? ports_.draw_key() : "";
  ask(crawl_ordered{plan_, http_, more_seeds(), sink_, customer_actor{self_}, key_, again_, rows_});
}

template <class Order>
void customer::ask(Order part) {
  runtime::request(self_, head_, caf::timespan{answer_deadline}, std::move(part))
      .then(
          [this, mine = orders_](const crawl_taken& x) {
            if (mine == orders_ && !coordinator_ && !ending_)
              taken(x);
          },
          [this, mine = orders_](const caf::error& why) {
            // One that is gone is followed by another, or by none for now.
            if (mine == orders_ && !coordinator_ && !runtime::receiver_gone(why))
              fail("unreachable",
                   "the coordinator takes no order: " + runtime::words(self_->system(), why));
          });
}

void customer::taken(const crawl_taken& x) {
  if (!x.refused.empty()) {
    if (again_)
      return tell_what_is_written(rows_, "; the one that is there refuses: " + x.refused);
    return fail("refused", "the coordinator refuses: " + x.refused);
  }
  if (!x.coordinator) {
    auto seeds = next_seeds();
    return ask(seeds_ordered{x.id, std::move(seeds), more_seeds()});
  }
  coordinator_ = x.coordinator;
  kept_ = x.kept;
  if (again_)
    say("the crawl goes on");
  if (teams_ > 0)
    goes_on();
  else
    wait_for_node();
  watcher_.watch(self_, coordinator_, [this, who = coordinator_](const caf::error& why) {
    if (who == coordinator_)
      lost(runtime::words(self_->system(), why));
  });
  runtime::stop(progress_);
  if (ports_.outside.progress)
    progress_ = runtime::spawn<progress>(self_, coordinator_, ports_.outside, crew_);
}

void customer::say(const std::string& line) const {
  if (ports_.say)
    ports_.say(line);
}

void customer::end(crawl_summary summary) {
  if (std::exchange(over_, true))
    return;
  ports_.ended(std::move(summary));
  self_->quit();
}

} // namespace troupe::crawl
