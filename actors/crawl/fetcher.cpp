// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/fetcher.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "actors/crawl/parser.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::crawl {

fetcher_actor::behavior_type fetcher::make_behavior() {
  ask_for_more();
  return {
      [this](page_wanted& x) {
        asked_ = false;
        fetching_ = std::move(x);
        // The client calls back on its own thread; the answer comes in as a message like any other.
        ports_.fetch(fetching_->job,
                     [me = fetcher_actor{self_}, id = fetching_->job.id](fetched got) {
                       runtime::post(me, page_fetched{id, std::move(got)});
                     });
      },
      [this](const page_fetched& x) { answered(x); },
      [this](const use_parser& x) {
        parser_ = x.parser;
        // In the dead one's hands, should nobody have said so yet.
        std::vector<std::pair<std::uint64_t, std::uint64_t>> orphans;
        for (const auto& [id, page] : unread_)
          if (page.attempts == 1)
            orphans.emplace_back(id, page.reading);
        for (const auto& [id, reading] : orphans)
          not_read(id, reading);
      },
      [this](tick) { look(); },
  };
}

fetcher::fetcher(fetcher_actor::pointer self, coordinator_actor coordinator, parser_actor parser,
                 crawl_ports ports, limits bounds, crew_limits crew)
    : self_(self), coordinator_(std::move(coordinator)), parser_(std::move(parser)),
      ports_(std::move(ports)), bounds_(bounds), crew_(crew) {}

fetcher::~fetcher() {
  for (auto& [id, page] : unread_)
    runtime::stop(page.own);
}

void fetcher::answered(const page_fetched& x) {
  if (!fetching_ || fetching_->job.id != x.id)
    return; // of an earlier life
  page_wanted page = std::move(*fetching_);
  fetching_.reset();
  fetch_ended_ = x.id;
  if (wants_reading(page.job, x.answer)) {
    unread_.emplace(x.id, unread{std::move(page), x.answer});
    have_read(x.id);
    ask_for_more();
  } else {
    report(x.id, page.grant, result_without_reading(page.job, x.answer));
  }
}

// Without a deadline of its own: a timer a page costs more than the page's messages do. One timer
// at a time looks after all of them. So an answer may come after it was given up, when the same
// page, tried again, is being read once more: hence the number.
void fetcher::have_read(std::uint64_t id) {
  auto& page = unread_.at(id);
  page.since = self_->clock().now();
  if (!will_look_)
    look_after(crew_.read_deadline);
  const auto reading = page.reading = ++readings_;
  if (++page.attempts > 1)
    page.own = runtime::spawn<parser>(self_, ports_);
  runtime::request_nearby(self_, page.own ? page.own : parser_,
                          read_page{page.wanted.job, page.answer})
      .then(
          [this, id, reading](page_read& x) {
            if (waits_for(id, reading))
              report(id, unread_.at(id).wanted.grant, std::move(x.result));
          },
          [this, id, reading](const caf::error&) { not_read(id, reading); });
}

void fetcher::look_after(caf::timespan delay) {
  will_look_ = true;
  runtime::send_after(self_, delay, fetcher_actor{self_}, tick{});
}

// Another parser would only be busy with it as well.
void fetcher::look() {
  will_look_ = false;
  const auto now = self_->clock().now();
  auto next = caf::actor_clock::time_point::max();
  std::vector<std::pair<std::uint64_t, std::uint64_t>> late;
  for (const auto& [id, page] : unread_) {
    const auto until = page.since + crew_.read_deadline;
    if (until <= now)
      late.emplace_back(id, page.reading);
    else
      next = std::min(next, until);
  }
  if (next != caf::actor_clock::time_point::max())
    look_after(next - now);
  for (const auto& [id, reading] : late)
    give_up(id, reading);
}

bool fetcher::waits_for(std::uint64_t id, std::uint64_t reading) const {
  const auto i = unread_.find(id);
  return i != unread_.end() && i->second.reading == reading;
}

// The parser of that reading died.
void fetcher::not_read(std::uint64_t id, std::uint64_t reading) {
  if (!waits_for(id, reading))
    return;
  if (unread_.at(id).attempts >= bounds_.page_attempts_max)
    return give_up(id, reading);
  runtime::stop(unread_.at(id).own);
  have_read(id);
}

void fetcher::give_up(std::uint64_t id, std::uint64_t reading) {
  if (!waits_for(id, reading))
    return;
  const auto& page = unread_.at(id);
  page_result given_up = result_without_reading(page.wanted.job, page.answer);
  given_up.row.error = fault::worker_lost;
  report(id, page.wanted.grant, std::move(given_up));
}

void fetcher::report(std::uint64_t id, std::uint64_t grant, page_result result) {
  if (const auto i = unread_.find(id); i != unread_.end()) {
    runtime::stop(i->second.own);
    unread_.erase(i);
  }
  if (fetch_ended_ == id)
    fetch_ended_ = 0; // page_done says so as well, and a retry has the same id
  runtime::send(self_, coordinator_, page_done{id, std::move(result), grant});
  ask_for_more();
}

void fetcher::ask_for_more() {
  if (asked_ || fetching_ || unread_.size() >= crew_.unread_pages_max)
    return;
  asked_ = true;
  runtime::send(self_, coordinator_, want_page{fetcher_actor{self_}, fetch_ended_});
  fetch_ended_ = 0;
}

} // namespace troupe::crawl
