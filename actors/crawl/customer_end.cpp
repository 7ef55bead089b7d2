// SPDX-License-Identifier: BSD-3-Clause
// The part of a customer that waits, and ends without its coordinator's word.
#include "actors/crawl/customer.hpp"

#include <utility>

#include "messages/type_ids.hpp"

namespace troupe::crawl {

namespace {

// The end of a crawl and that of its coordinator may arrive in either order.
constexpr auto end_grace = std::chrono::seconds(1);
constexpr auto stop_deadline = std::chrono::seconds(10);

std::string in_words(caf::timespan time) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
  return ms % 1'000 == 0 ? std::to_string(ms / 1'000) + " s" : std::to_string(ms) + " ms";
}

} // namespace

void customer::remind(caf::timespan in, std::uint64_t kind, std::uint64_t count) {
  runtime::send_after(self_, in, customer_actor{self_}, tick{count * tick_kinds + kind});
}

void customer::lost(const std::string& why) {
  if (std::exchange(is_lost_, true))
    return;
  why_lost_ = why;
  remind(end_grace, end_or_loss);
}

void customer::see_what_is_written() {
  count_rows([this] {
    if (stopped_)
      end_stopped();
    else if (kept_ && !ending_)
      wait_for_another();
    else
      tell_what_is_written(rows_);
  });
}

void customer::tell_what_is_written(std::uint64_t rows, const std::string& more) {
  crawl_summary summary;
  summary.counts.pages = rows;
  summary.reason = "unreachable";
  summary.output_error = "the coordinator was lost (" + why_lost_ + "); " + std::to_string(rows)
                         + (rows == 1 ? " page is written" : " pages are written") + more;
  end(std::move(summary));
}

void customer::wait_for_another() {
  again_ = true;
  is_lost_ = false;
  coordinator_ = nullptr;
  teams_ = 0;
  const auto what = "the coordinator was lost (" + why_lost_ + "); " + std::to_string(rows_)
                    + " pages are written; waiting for it to come back";
  say(what);
  goes_on(); // as far as idle_max is concerned: this wait has a bound of its own
  if (ports_.waits)
    ports_.waits(what);
  remind(ports_.away_max, away_over, ++aways_);
  if (head_)
    order();
}

void customer::stop(const stop_crawl& x) {
  if (!coordinator_)
    return end_stopped();
  stopped_ = true;
  runtime::send(self_, coordinator_, x);
  remind(stop_deadline, stop_is_overdue);
}

// Nobody says how it ended.
void customer::end_stopped() {
  ending_ = true;
  count_rows([this] {
    crawl_summary summary;
    summary.counts.pages = rows_;
    summary.interrupted = true;
    summary.reason = "unreachable";
    end(std::move(summary));
  });
}

void customer::teams(std::uint64_t n) {
  teams_ = n;
  if (!coordinator_)
    return;
  if (n == 0)
    return wait_for_node();
  goes_on();
  if (std::exchange(said_no_team_, false))
    say("a node has come");
}

// That there is none is said only if it lasts.
void customer::wait_for_node() {
  wait_for("node", "");
  remind(end_grace, no_team_for_a_while);
}

void customer::no_team() {
  if (teams_ > 0 || !coordinator_)
    return;
  wait_for("node", "no node crawls for that coordinator");
  if (!std::exchange(said_no_team_, true))
    say("no node crawls for that coordinator: waiting for one");
}

// Takes: what has to come, and why it has not, if that is known.
void customer::wait_for(const char* whom, const std::string& why) {
  if (ports_.waits)
    ports_.waits(why);
  why_it_waits_ = why;
  if (std::exchange(waits_for_, whom) == whom)
    return;
  ++idles_;
  patience_ = waits_for_ == "node" ? ports_.idle_max : ports_.find_max;
  if (patience_ > caf::timespan{0})
    remind(patience_, idle_over, idles_);
}

void customer::goes_on() {
  ++idles_;
  if (!std::exchange(waits_for_, "").empty() && ports_.waits)
    ports_.waits("");
}

void customer::waited_in_vain() {
  fail("unreachable", "no " + waits_for_ + " came within " + in_words(patience_)
                          + (why_it_waits_.empty() ? "" : " (" + why_it_waits_ + ")"));
}

void customer::fail(const char* reason, std::string why) {
  if (std::exchange(ending_, true))
    return;
  count_rows([this, reason, why = std::move(why)] {
    crawl_summary summary;
    summary.counts.pages = rows_;
    summary.reason = reason;
    summary.output_error = why;
    end(std::move(summary));
  });
}

} // namespace troupe::crawl
