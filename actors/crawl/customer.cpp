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

// What a tick is about.
enum : std::uint64_t { end_or_loss = 1, stop_is_overdue, no_team_for_a_while, wait_is_over };
// The end of a crawl and that of its coordinator may arrive in either order.
constexpr auto end_grace = std::chrono::seconds(1);
constexpr auto stop_deadline = std::chrono::seconds(10);
constexpr auto answer_deadline = std::chrono::seconds(60);

} // namespace

customer_actor::behavior_type customer::make_behavior() {
  sink_ = runtime::spawn<sink>(self_, ports_.outside, crew_);
  watcher_.watch(self_, sink_, [this](const caf::error& why) {
    crawl_summary summary;
    summary.output_error = "the output writer died: " + runtime::text(self_->system(), why);
    end(std::move(summary));
  });
  return {
      [this](const use_head& x) {
        head_ = x.head;
        if (coordinator_)
          return;
        if (head_)
          order();
        else
          say("that coordinator does not crawl");
      },
      [this](const head_lost& x) {
        head_ = nullptr;
        if (coordinator_)
          lost(x.why);
        else if (std::exchange(why_lost_, x.why) != x.why)
          say("no coordinator: " + x.why + "; trying again");
      },
      [this](const teams_there& x) { teams(x.teams); },
      [this](crawl_ended& x) { end(std::move(x.summary)); },
      [this](const stop_crawl& x) { stop(x); },
      [this](const tick& x) {
        if (x.number == end_or_loss)
          see_what_is_written();
        if (x.number == wait_is_over + waits_ && again_ && !coordinator_)
          tell_what_is_written(rows_);
        if (x.number == no_team_for_a_while && teams_ == 0 && !std::exchange(said_no_team_, true))
          say("no node crawls for that coordinator: waiting for one");
        if (x.number == stop_is_overdue) {
          crawl_summary summary;
          summary.interrupted = true;
          end(std::move(summary));
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

// What a coordinator that was lost before it had taken the order has sent counts as well.
void customer::order() {
  if (!again_)
    return send_order();
  runtime::request(self_, sink_, crew_.write_deadline, write_rows{{}, true, true})
      .then(
          [this](const rows_written& x) {
            rows_ = x.rows;
            if (head_ && !coordinator_ && !over_)
              send_order();
          },
          [this](const caf::error&) { tell_what_is_written(rows_); });
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
            if (mine == orders_ && !coordinator_)
              taken(x);
          },
          [this, mine = orders_](const caf::error& why) {
            // One that is gone is followed by another, or by none for now.
            if (mine != orders_ || coordinator_ || runtime::receiver_gone(why))
              return;
            crawl_summary summary;
            summary.output_error =
                "the coordinator takes no order: " + runtime::text(self_->system(), why);
            end(std::move(summary));
          });
}

void customer::taken(const crawl_taken& x) {
  if (!x.refused.empty()) {
    if (again_)
      return tell_what_is_written(rows_, "; the one that is there refuses: " + x.refused);
    crawl_summary summary;
    summary.output_error = "the coordinator refuses: " + x.refused;
    return end(std::move(summary));
  }
  if (!x.coordinator) {
    auto seeds = next_seeds();
    return ask(seeds_ordered{x.id, std::move(seeds), more_seeds()});
  }
  coordinator_ = x.coordinator;
  kept_ = x.kept;
  if (again_)
    say("the crawl goes on");
  watcher_.watch(self_, coordinator_, [this, who = coordinator_](const caf::error& why) {
    if (who == coordinator_)
      lost(runtime::text(self_->system(), why));
  });
  runtime::stop(progress_);
  if (ports_.outside.progress)
    progress_ = runtime::spawn<progress>(self_, coordinator_, ports_.outside, crew_);
}

void customer::lost(const std::string& why) {
  if (std::exchange(is_lost_, true))
    return;
  why_lost_ = why;
  runtime::send_after(self_, end_grace, customer_actor{self_}, tick{end_or_loss});
}

void customer::see_what_is_written() {
  const auto told = [this](std::uint64_t rows) {
    if (kept_ && !over_)
      wait_for_another(rows);
    else
      tell_what_is_written(rows);
  };
  // Of a row that has come in part the rest is lost: should it come again, then from its beginning.
  runtime::request(self_, sink_, crew_.write_deadline, write_rows{{}, true, true})
      .then([told](const rows_written& x) { told(x.rows); },
            [this](const caf::error&) { tell_what_is_written(0); });
}

void customer::tell_what_is_written(std::uint64_t rows, const std::string& more) {
  crawl_summary summary;
  summary.counts.pages = rows;
  summary.output_error = "the coordinator was lost (" + why_lost_ + "); " + std::to_string(rows)
                         + (rows == 1 ? " page is written" : " pages are written") + more;
  end(std::move(summary));
}

void customer::wait_for_another(std::uint64_t rows) {
  rows_ = rows;
  again_ = true;
  is_lost_ = false;
  coordinator_ = nullptr;
  teams_ = 0;
  say("the coordinator was lost (" + why_lost_ + "); " + std::to_string(rows)
      + " pages are written; waiting for it to come back");
  runtime::send_after(self_, ports_.away_max, customer_actor{self_}, tick{wait_is_over + ++waits_});
  if (head_)
    order();
}

void customer::stop(const stop_crawl& x) {
  if (!coordinator_) {
    crawl_summary summary;
    summary.interrupted = true;
    return end(std::move(summary));
  }
  runtime::send(self_, coordinator_, x);
  runtime::send_after(self_, stop_deadline, customer_actor{self_}, tick{stop_is_overdue});
}

void customer::teams(std::uint64_t n) {
  teams_ = n;
  if (n == 0)
    runtime::send_after(self_, end_grace, customer_actor{self_}, tick{no_team_for_a_while});
  else if (std::exchange(said_no_team_, false))
    say("a node has come");
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
