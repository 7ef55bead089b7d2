// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/coordinator.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <caf/exit_reason.hpp>

#include "io/crawl/url_file.hpp"
#include "messages/type_ids.hpp"

namespace troupe::crawl {

namespace {

std::uint64_t bytes_of(const item& x) { return x.href.size() + x.text.size() + 16; }

std::uint64_t bytes_of(const page_link& x) { return x.target.size() + 16; }

std::uint64_t bytes_of(const row_and_items& x) {
  auto bytes = x.row.url.size() + x.row.content_type.size() + x.row.redirect_to.size()
               + x.row.canonical.size() + x.row.duplicate_of.size() + 64;
  for (const auto& i : x.items)
    bytes += bytes_of(i);
  for (const auto& l : x.links)
    bytes += bytes_of(l);
  return bytes + (x.record ? x.record->bytes() : 0);
}

// Moves as many as make no more than `most` bytes together with `bytes`, which grows.
template <class T>
void move_first(std::vector<T>& from, std::vector<T>& to, std::uint64_t& bytes, std::uint64_t most,
                bool one_at_least) {
  auto end = from.begin();
  while (end != from.end()
         && ((one_at_least && end == from.begin()) || bytes + bytes_of(*end) <= most))
    bytes += bytes_of(*end++);
  to.assign(std::make_move_iterator(from.begin()), std::make_move_iterator(end));
  from.erase(from.begin(), end);
}

// Takes out of a row's items and links as many as are within `most` bytes, one at least.
row_and_items first_part(row_and_items& whole, std::uint64_t most) {
  row_and_items part{whole.row, {}, true};
  auto bytes = bytes_of(part);
  move_first(whole.items, part.items, bytes, most, true);
  if (whole.items.empty())
    move_first(whole.links, part.links, bytes, most, part.items.empty());
  part.more = !whole.items.empty() || !whole.links.empty();
  return part;
}

// As the frontier calls hosts.
std::string host_name(const url& u) {
  return std::string{u.host()} + ':' + std::to_string(u.port());
}

} // namespace

coordinator_actor::behavior_type coordinator::make_behavior() {
  started_ = now();
  for (const url& u : plan_sitemaps_)
    frontier_.add_sitemap(u);
  for (const url& seed : plan_seeds_)
    frontier_.add_seed(seed);
  restoring_ = keep_.keeper && keep_.pages > 0;
  if (restoring_)
    restore_on();
  return {
      [this](const want_page& x) {
        wanted(x);
        hand_out();
      },
      [this](page_done& x) {
        finished(x);
        hand_out();
      },
      [this](page_part& x) { part_came(x); },
      [this](const hands_leave& x) { return leave(x.team); },
      [this](const progress_wanted& x) -> caf::result<progress_report> {
        return progress_report{frontier_.counts(), x.why ? explain(x.hosts_max) : standstill{}};
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
                         sink_actor sink, robots_actor robots, crawl_plan plan, crew_limits crew,
                         keeping keep)
    : self_(self), supervisor_(std::move(supervisor)), sink_(std::move(sink)),
      robots_(std::move(robots)), crew_(crew), plan_seeds_(std::move(plan.seeds)),
      plan_sitemaps_(std::move(plan.sitemaps)),
      frontier_(plan.bounds, plan.scope, std::make_unique<io::url_file>()), watcher_(self),
      keep_(std::move(keep)) {}

instant coordinator::now() const { return self_->clock().now(); }

void coordinator::wanted(const want_page& x) {
  if (!x.who)
    return;
  const auto who = x.who.address();
  if (const auto held = holder_.find(x.fetch_ended);
      held != holder_.end() && held->second.who == who)
    frontier_.fetch_ended(x.fetch_ended);
  const auto [at, fresh] = hands_.try_emplace(who);
  auto& hand = at->second;
  if (fresh) {
    hand.who = x.who;
    hand.team = x.team;
    homes_.hand_came(hand.team);
    if (hand.team != 0 && !prefers_)
      prefers_ = [this](std::string_view host) { return homes_.suits(host); };
    watcher_.watch(self_, x.who, [this, who](const caf::error& why) { lost(who, why); });
  }
  if (homes_.leaves(hand.team))
    return;
  ++hand.asks;
  idle_[hand.team].push_back(who);
  homes_.hand_free(hand.team);
}

std::size_t coordinator::rows_waiting() const {
  return unwritten_.size() + rows_at_sink_ + unkept_rows_.size() + rows_at_keeper_;
}

bool coordinator::may_queue() const {
  return rows_waiting() < crew_.rows_unwritten_max
         && unwritten_bytes_ + bytes_at_sink_ + unkept_bytes_ < crew_.unwritten_bytes_max;
}

standstill coordinator::explain(std::uint32_t hosts_max) const {
  constexpr std::uint32_t most = 10'000; // whoever asks
  auto out = frontier_.explain(now(), std::min(hosts_max, most));
  if (!may_queue())
    add_reason(out, {wait_reason::rows_unwritten, rows_waiting(), {}});
  else if (const auto* ready = find_reason(out, wait_reason::none);
           ready && !hands_.empty() && !homes_.any_free())
    add_reason(out, {wait_reason::workers, ready->count, {}});
  return out;
}

// Gives idle fetchers work until one of the two runs out.
void coordinator::hand_out() {
  while (!ended_ && !restoring_ && homes_.any_free() && may_queue()) {
    auto step = frontier_.next(now(), prefers_);
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
  // Nothing is left, though no hand is free to be told so: they may all have gone.
  if (!all_done_ && !restoring_ && hands_.empty() && frontier_.counts().pages > 0
      && frontier_.exhausted()) {
    all_done_ = true;
    end_if_done();
  }
}

void coordinator::give_page(page_job job) {
  auto& idle = idle_.at(*homes_.pick(prefers_ ? host_name(job.target) : std::string{}));
  const auto who = std::move(idle.front());
  idle.pop_front();
  auto& hand = hands_.at(who);
  --hand.asks;
  hand.pages.insert(job.id);
  holder_[job.id] = {who, ++grants_};
  if (keep_.keeper)
    jobs_[job.id] = job;
  runtime::send(self_, hand.who, page_wanted{std::move(job), grants_});
}

void coordinator::learn_robots(const std::string& origin) {
  const auto known = [this, origin](std::shared_ptr<const robots_rules> rules, bool unreachable) {
    frontier_.robots_known(origin, std::move(rules), unreachable);
    hand_out();
  };
  runtime::request(self_, robots_, crew_.robots_deadline, robots_wanted{origin})
      .then(
          [this, known](const robots_known& x) {
            frontier_.address_known(x.origin, x.address);
            known(x.rules, x.unreachable);
          },
          [known](const caf::error&) {
            known(std::make_shared<const robots_rules>(robots_rules::disallow_all()), true);
          });
}

bool coordinator::is_granted(std::uint64_t page, std::uint64_t grant) const {
  const auto i = holder_.find(page);
  return i != holder_.end() && i->second.grant == grant;
}

void coordinator::part_came(page_part& x) {
  if (ended_ || !is_granted(x.id, x.grant))
    return;
  auto& p = parts_[x.id];
  std::move(x.links.begin(), x.links.end(), std::back_inserter(p.links));
  std::move(x.items.begin(), x.items.end(), std::back_inserter(p.items));
  std::move(x.all_links.begin(), x.all_links.end(), std::back_inserter(p.all_links));
  std::move(x.sitemaps.begin(), x.sitemaps.end(), std::back_inserter(p.sitemaps));
}

void coordinator::finished(page_done& x) {
  if (ended_)
    return; // canceled on the way out: its row would be in no count
  if (!is_granted(x.id, x.grant))
    return; // it was given up, and another has the page
  const auto held = holder_.extract(x.id);
  hands_.at(held.mapped().who).pages.erase(x.id);
  if (auto begun = parts_.extract(x.id); !begun.empty()) {
    auto& p = begun.mapped();
    std::move(x.result.links.begin(), x.result.links.end(), std::back_inserter(p.links));
    std::move(x.result.items.begin(), x.result.items.end(), std::back_inserter(p.items));
    std::move(x.result.all_links.begin(), x.result.all_links.end(),
              std::back_inserter(p.all_links));
    std::move(x.result.sitemaps.begin(), x.result.sitemaps.end(), std::back_inserter(p.sitemaps));
    x.result.links = std::move(p.links);
    x.result.items = std::move(p.items);
    x.result.all_links = std::move(p.all_links);
    x.result.sitemaps = std::move(p.sitemaps);
  }
  if (frontier_.page_done(x.id, x.result, now()) == frontier::verdict::final_row) {
    note(x.id, x.result);
    take_row(std::move(x.result));
  }
  tell_who_left();
}

// Who was told to end, or is out of reach, did not die of a page.
void coordinator::lost(const caf::actor_addr& who, const caf::error& why) {
  auto gone = hands_.extract(who);
  if (ended_ || gone.empty())
    return;
  const auto& hand = gone.mapped();
  homes_.hand_went(hand.team, hand.asks);
  if (const auto idle = idle_.find(hand.team); idle != idle_.end())
    std::erase(idle->second, who);
  const auto how = runtime::lost_with_connection(why) || why == caf::exit_reason::user_shutdown
                       ? frontier::loss::connection
                       : frontier::loss::worker;
  for (const auto id : hand.pages) {
    holder_.erase(id);
    parts_.erase(id);
    if (auto given_up = frontier_.job_lost(id, now(), how)) {
      page_result result;
      result.row = std::move(*given_up);
      note(id, result);
      take_row(std::move(result));
    }
  }
  tell_who_left();
  hand_out();
}

caf::result<hands_left> coordinator::leave(std::uint64_t team) {
  auto promise = self_->make_response_promise<hands_left>();
  homes_.leave(team);
  idle_.erase(team);
  for (auto& [who, hand] : hands_)
    if (hand.team == team)
      hand.asks = 0;
  leaving_.emplace(team, promise);
  tell_who_left();
  return promise;
}

void coordinator::tell_who_left() {
  if (leaving_.empty())
    return;
  std::set<std::uint64_t> busy;
  for (const auto& [who, hand] : hands_)
    if (!hand.pages.empty())
      busy.insert(hand.team);
  for (auto i = leaving_.begin(); i != leaving_.end();) {
    if (busy.count(i->first) == 0)
      i->second.deliver(hands_left{});
    i = busy.count(i->first) == 0 ? leaving_.erase(i) : std::next(i);
  }
}

void coordinator::take_row(page_result result) {
  add_row(summary_, result.row);
  auto row = row_of(std::move(result));
  if (!keep_.keeper) {
    queue_row(std::move(row));
    return write_on();
  }
  unkept_rows_.push_back(std::move(row));
  keep_on();
}

void coordinator::queue_row(row_and_items x) {
  flushed_ = false;
  unwritten_.push_back(std::move(x));
  unwritten_bytes_ += bytes_of(unwritten_.back());
}

// One batch at a time: while the sink is busy the next one grows, so a slow disk gets fewer, larger
// writes.
void coordinator::write_on() {
  if (writing_ || (unwritten_.empty() && (!all_done_ || flushed_)))
    return;
  writing_ = true;
  auto batch = next_batch();
  rows_at_sink_ = batch.size();
  const bool last = all_done_ && unwritten_.empty();
  const auto written = [this, last](std::string error) {
    writing_ = false;
    rows_at_sink_ = 0;
    bytes_at_sink_ = 0;
    flushed_ = flushed_ || last;
    if (!error.empty() && summary_.output_error.empty()) {
      summary_.output_error = std::move(error);
      frontier_.stop(); // what cannot be written need not be fetched
      all_done_ = true;
    }
    write_on();
    if (restore_waits_ && may_queue()) {
      restore_waits_ = false;
      restore_on();
    }
    hand_out();
    end_if_done();
  };
  runtime::request(self_, sink_, crew_.write_deadline, write_rows{std::move(batch), last})
      .then([written](rows_written& x) { written(std::move(x.error)); },
            [this, written](const caf::error& err) {
              written("the output took no rows: " + runtime::text(self_->system(), err));
            });
}

// Takes rows out until batch_bytes_max, the last one perhaps in part: the rest of it stays in
// front.
std::vector<row_and_items> coordinator::next_batch() {
  const auto most = crew_.batch_bytes_max == 0 ? std::numeric_limits<std::uint64_t>::max()
                                               : crew_.batch_bytes_max;
  std::vector<row_and_items> batch;
  while (!unwritten_.empty()) {
    auto& first = unwritten_.front();
    const auto bytes = bytes_of(first);
    if (bytes <= most && bytes_at_sink_ + bytes > most)
      break;
    if (bytes > most) {
      if (!batch.empty())
        break;
      batch.push_back(first_part(first, most));
      if (!batch.back().more)
        unwritten_.pop_front(); // it is large without items
    } else {
      batch.push_back(std::move(first));
      unwritten_.pop_front();
    }
    bytes_at_sink_ += bytes_of(batch.back());
    if (batch.back().more)
      break;
  }
  unwritten_bytes_ -= std::min(unwritten_bytes_, bytes_at_sink_); // a row's text is in each part
  return batch;
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
  if (!all_done_ || ended_ || rows_at_keeper_ > 0 || !unkept_rows_.empty())
    return;
  if (!flushed_)
    return write_on();
  if (writing_ || !unwritten_.empty())
    return;
  ended_ = true;
  summary_.counts = frontier_.counts();
  if (summary_.output_error.empty())
    summary_.output_error = frontier_.failure();
  if (summary_.first_error.empty())
    summary_.first_error = frontier_.denied_seed();
  summary_.seconds = std::chrono::duration<double>(now() - started_).count();
  runtime::send(self_, supervisor_, crawl_ended{std::move(summary_)});
}

} // namespace troupe::crawl
