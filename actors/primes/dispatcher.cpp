// SPDX-License-Identifier: BSD-3-Clause
#include "actors/primes/dispatcher.hpp"

#include <algorithm>
#include <utility>

#include <caf/actor.hpp>
#include <caf/sec.hpp>

#include "messages/type_ids.hpp"

namespace troupe::primes {

dispatcher_actor::behavior_type dispatcher::make_behavior() {
  return {
      [this](const check_primes& x) { return take(x); },
      [this](const check_lines& x) { return take(x); },
      [this](const want_batch& x) { want(x); },
      [this](const numbers_done& x) {
        const auto done = take_back(x.batch);
        if (const auto* part = done ? std::get_if<numbers_part>(&*done) : nullptr) {
          checks_done_ += part->list->numbers.size();
          answered(*part, x.verdicts);
        }
        left(sender());
        act();
      },
      [this](const lines_done& x) {
        auto done = take_back(x.batch);
        if (auto* part = done ? std::get_if<lines_part>(&*done) : nullptr) {
          checks_done_ += x.result.answer ? x.result.answer->counts.lines : 0;
          part->promise.deliver(x.result);
        }
        left(sender());
        act();
      },
      [this](const batch_dropped& x) {
        table_.dropped(sender(), x.batch);
        left(sender());
        act();
      },
      [this](const cancel_check& x) { cancel(x.job); },
      [this](const checker_leaves& x) { return leave(x.who); },
      [this](crew_wanted) -> caf::result<crew_report> { return report(); },
  };
}

dispatcher::dispatcher(dispatcher_actor::pointer self, check_ports ports, crew_limits crew)
    : self_(self), ports_(std::move(ports)), crew_(crew), watcher_(self),
      table_({crew.batch_deaths_max, crew.batch_losses_max, crew.checker_room_max}) {}

caf::result<primes_checked> dispatcher::take(const check_primes& x) {
  const auto* why = refusal(x);
  if (!why && !watch_asker())
    why = "more askers than the dispatcher takes";
  if (why)
    return caf::make_error(caf::sec::invalid_argument, std::string{why});
  const auto id = next_request_++;
  auto& mine = requests_[id];
  mine.asker = caf::actor_cast<caf::actor_addr>(self_->current_sender());
  mine.answer = {x.job, std::vector<verdict>(x.list.numbers.size(), verdict::cancelled), {}};
  mine.missing = x.list.numbers.size();
  mine.promise = self_->make_response_promise<primes_checked>();
  auto promise = mine.promise;
  cut(x, id);
  return promise;
}

caf::result<lines_checked> dispatcher::take(const check_lines& x) {
  const auto* why = refusal(x);
  if (!why && !watch_asker())
    why = "more askers than the dispatcher takes";
  if (why)
    return caf::make_error(caf::sec::invalid_argument, std::string{why});
  const auto asker =
      caf::actor_cast<caf::actor_addr>(self_->current_sender()); // the promise takes it
  auto promise = self_->make_response_promise<lines_checked>();
  lines_bytes_ += x.lines->size();
  add(lines_part{asker, x.lines, x.job, promise});
  act();
  return promise;
}

// Returns: null if it is accepted.
const char* dispatcher::refusal(const check_primes& x) const {
  const auto n = x.list.numbers.size();
  std::size_t bytes = 0;
  for (const auto& large : x.list.large)
    bytes += large.digits.size();
  if (!in_order(x.list) || x.how > method::prove)
    return "a malformed question";
  if (n > crew_.request_numbers_max || bytes > crew_.request_bytes_max)
    return "more numbers than the dispatcher takes at once";
  if (waiting_numbers_ + n > crew_.waiting_numbers_max)
    return "more numbers are waiting than the dispatcher takes";
  return nullptr;
}

const char* dispatcher::refusal(const check_lines& x) const {
  if (!x.lines || x.job.how > method::prove)
    return "a malformed question";
  if (x.lines->size() > crew_.lines_bytes_max - lines_bytes_)
    return "more lines are waiting than the dispatcher takes";
  return nullptr;
}

// Whoever asks is watched from the first time on. Returns: false if there are too many.
bool dispatcher::watch_asker() {
  const auto& who = self_->current_sender();
  const auto address = caf::actor_cast<caf::actor_addr>(who);
  if (!who || askers_.contains(address))
    return true;
  if (askers_.size() >= crew_.askers_max)
    return false;
  askers_.insert(address);
  watcher_.watch(self_, caf::actor_cast<caf::actor>(who),
                 [this, address](const caf::error& why) { asker_lost(address, why); });
  return true;
}

// Eight batches a checker at least, where there are numbers enough, so that all end together.
void dispatcher::cut(const check_primes& x, std::uint64_t request) {
  const auto& all = x.list;
  waiting_numbers_ += all.numbers.size();
  const auto share = all.numbers.size() / (8 * std::max<std::size_t>(table_.checkers(), 1));
  const auto size_max = std::clamp<std::size_t>(share, 1, crew_.batch_numbers_max);
  auto large = all.large.begin();
  for (std::size_t at = 0; at < all.numbers.size();) {
    number_list list;
    const auto first = at;
    std::size_t bytes = 0;
    while (at < all.numbers.size() && at - first < size_max && bytes < crew_.batch_bytes_max) {
      if (large != all.large.end() && large->at == at) {
        bytes += large->digits.size();
        list.large.push_back({static_cast<std::uint32_t>(at - first), large->digits});
        ++large;
      }
      list.numbers.push_back(all.numbers[at++]);
    }
    add(numbers_part{request, first, std::make_shared<const number_list>(std::move(list)), x.how});
  }
  if (all.numbers.empty())
    deliver(request);
  act();
}

void dispatcher::add(work w) {
  works_.emplace(next_batch_, std::move(w));
  table_.add(next_batch_++);
}

// Says what the table wants said.
void dispatcher::act() {
  for (const auto& o : table_.take_orders()) {
    const auto& who = checkers_.at(o.to);
    if (o.what == batch_table::order::kind::drop) {
      runtime::send(self_, who, drop_batch{o.which});
      continue;
    }
    const auto& w = works_.at(o.which);
    if (const auto* part = std::get_if<numbers_part>(&w))
      runtime::send(self_, who, numbers_batch{o.which, part->list, part->how});
    else if (const auto* lines = std::get_if<lines_part>(&w))
      runtime::send(self_, who, lines_batch{o.which, lines->lines, lines->job});
  }
}

void dispatcher::want(const want_batch& x) {
  if (!x.who)
    return;
  table_.want(enlist(x.who), x.batches);
  act();
}

// Returns: the checker's number; a new one's from here on.
std::uint64_t dispatcher::enlist(const checker_actor& who) {
  const auto [i, is_new] = numbers_.try_emplace(who.address(), next_checker_);
  if (is_new) {
    checkers_.emplace(next_checker_++, who);
    watcher_.watch(self_, who,
                   [this, address = who.address()](const caf::error& why) { lost(address, why); });
  }
  return i->second;
}

// Returns: the number of the checker that has spoken; 0 if it is none.
std::uint64_t dispatcher::sender() const {
  const auto i = numbers_.find(caf::actor_cast<caf::actor_addr>(self_->current_sender()));
  return i == numbers_.end() ? 0 : i->second;
}

// Returns: nothing if its answer is not wanted: there was one, or it was canceled.
std::optional<dispatcher::work> dispatcher::take_back(std::uint64_t batch) {
  if (!table_.answered(sender(), batch))
    return std::nullopt;
  return remove(batch);
}

dispatcher::work dispatcher::remove(std::uint64_t batch) {
  auto w = works_.extract(batch);
  if (const auto* part = std::get_if<lines_part>(&w.mapped()))
    lines_bytes_ -= part->lines->size();
  return std::move(w.mapped());
}

void dispatcher::answered(const numbers_part& part, const std::vector<verdict>& verdicts) {
  const auto i = requests_.find(part.request);
  if (i == requests_.end())
    return;
  auto& mine = i->second;
  const auto n = part.list->numbers.size();
  std::copy_n(verdicts.begin(), std::min(n, verdicts.size()),
              mine.answer.verdicts.begin() + static_cast<std::ptrdiff_t>(part.at));
  mine.missing -= n;
  if (mine.missing == 0)
    deliver(part.request);
}

void dispatcher::deliver(std::uint64_t request) {
  auto done = requests_.extract(request);
  auto& mine = done.mapped();
  waiting_numbers_ -= mine.answer.verdicts.size();
  std::sort(mine.answer.lost.begin(), mine.answer.lost.end());
  mine.promise.deliver(std::move(mine.answer));
}

void dispatcher::cancel(std::uint64_t job) {
  const auto i = std::find_if(requests_.begin(), requests_.end(), [job](const auto& r) {
    return job != 0 && r.second.answer.job == job;
  });
  if (i == requests_.end())
    return;
  const auto request = i->first;
  forget_batches(request);
  deliver(request);
  act();
}

void dispatcher::forget_batches(std::uint64_t request) {
  std::erase_if(works_, [this, request](const auto& w) {
    const auto* part = std::get_if<numbers_part>(&w.second);
    if (!part || part->request != request)
      return false;
    table_.forget(w.first);
    return true;
  });
}

// If it was its connection that went, and it asks again over another, it must not wait for an
// answer to what is dropped here: so it gets one.
void dispatcher::asker_lost(const caf::actor_addr& who, const caf::error& why) {
  askers_.erase(who);
  std::vector<std::uint64_t> dropped;
  for (const auto& [id, r] : requests_)
    if (r.asker == who)
      dropped.push_back(id);
  for (const auto id : dropped) {
    forget_batches(id);
    auto r = requests_.extract(id);
    waiting_numbers_ -= r.mapped().answer.verdicts.size();
    r.mapped().promise.deliver(why);
  }
  for (auto i = works_.begin(); i != works_.end();) {
    const auto id = i->first;
    auto* part = std::get_if<lines_part>(&(i++)->second);
    if (!part || part->asker != who)
      continue;
    part->promise.deliver(why);
    table_.forget(id);
    remove(id);
  }
  act();
}

void dispatcher::lost(const caf::actor_addr& who, const caf::error& why) {
  const auto checker = numbers_.extract(who).mapped();
  const auto how = runtime::lost_with_connection(why) ? batch_table::ending::unreachable
                                                      : batch_table::ending::died;
  if (const auto batch = table_.lost(checker, how))
    give_up(remove(*batch));
  left(checker);
  act();
  checkers_.erase(checker);
}

void dispatcher::give_up(work w) {
  if (auto* lines = std::get_if<lines_part>(&w)) {
    lines->promise.deliver(lines_checked{
        std::make_shared<const block_answer>(ports_.give_up(lines->job, *lines->lines)), 0});
    return;
  }
  const auto& part = std::get<numbers_part>(w);
  const auto n = part.list->numbers.size();
  if (const auto i = requests_.find(part.request); i != requests_.end())
    for (std::size_t at = 0; at < n; ++at)
      i->second.answer.lost.push_back(static_cast<std::uint32_t>(part.at + at));
  answered(part, std::vector<verdict>(n, verdict::cancelled));
}

caf::result<checker_left> dispatcher::leave(const checker_actor& who) {
  if (!who)
    return checker_left{};
  const auto checker = enlist(who);
  table_.leave(checker);
  auto promise = self_->make_response_promise<checker_left>();
  leaving_.emplace(checker, promise);
  left(checker);
  act();
  return promise;
}

// Tells those who wait for it that a checker holds nothing more.
void dispatcher::left(std::uint64_t checker) {
  if (leaving_.empty() || !table_.holds_nothing(checker))
    return;
  const auto [first, last] = leaving_.equal_range(checker);
  for (auto i = first; i != last; ++i)
    i->second.deliver(checker_left{});
  leaving_.erase(first, last);
}

crew_report dispatcher::report() const {
  return {table_.checkers(), table_.waiting(), table_.held(),  table_.done(),
          checks_done_,      table_.losses(),  table_.steals()};
}

} // namespace troupe::primes
