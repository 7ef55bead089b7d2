// SPDX-License-Identifier: BSD-3-Clause
#include "actors/primes/dispatcher.hpp"

#include <algorithm>
#include <utility>

#include <caf/sec.hpp>

#include "messages/type_ids.hpp"

namespace troupe::primes {

dispatcher_actor::behavior_type dispatcher::make_behavior() {
  return {
      [this](const check_primes& x) -> caf::result<primes_checked> {
        if (!accepts(x.list))
          return caf::sec::invalid_argument;
        const auto id = next_request_++;
        auto& mine = requests_[id];
        mine.answer = {x.job, std::vector<verdict>(x.list.numbers.size(), verdict::cancelled), {}};
        mine.missing = x.list.numbers.size();
        mine.promise = self_->make_response_promise<primes_checked>();
        auto promise = mine.promise;
        cut(x, id);
        return promise;
      },
      [this](const check_lines& x) -> caf::result<lines_checked> {
        auto promise = self_->make_response_promise<lines_checked>();
        add({lines_part{x.lines, promise}});
        return promise;
      },
      [this](const want_batch& x) {
        if (held_.try_emplace(x.who.address()).second)
          watcher_.watch(self_, x.who,
                         [this, who = x.who.address()](const caf::error&) { lost(who); });
        room_.insert(room_.end(), x.batches, x.who);
        hand_out();
      },
      [this](const numbers_done& x) {
        if (!take_back(x.batch))
          return;
        const auto done = batches_.extract(x.batch);
        if (const auto* part = std::get_if<numbers_part>(&done.mapped().work))
          answered(*part, x.verdicts);
      },
      [this](const lines_done& x) {
        if (!take_back(x.batch))
          return;
        auto done = batches_.extract(x.batch);
        if (auto* part = std::get_if<lines_part>(&done.mapped().work))
          part->promise.deliver(x.result);
      },
      [this](const cancel_check& x) { cancel(x.job); },
  };
}

dispatcher::dispatcher(dispatcher_actor::pointer self, check_ports ports, crew_limits crew)
    : self_(self), ports_(std::move(ports)), crew_(crew), watcher_(self) {}

bool dispatcher::accepts(const number_list& list) const {
  const auto n = list.numbers.size();
  if (n > crew_.request_numbers_max || waiting_numbers_ + n > crew_.waiting_numbers_max)
    return false;
  std::size_t bytes = 0, next = 0;
  for (const auto& x : list.large) {
    if (x.at < next || x.at >= n)
      return false;
    next = x.at + std::size_t{1};
    bytes += x.digits.size();
  }
  return bytes <= crew_.request_bytes_max;
}

// Eight batches a checker at least, where there are numbers enough, so that all end together.
void dispatcher::cut(const check_primes& x, std::uint64_t request) {
  const auto& all = x.list;
  waiting_numbers_ += all.numbers.size();
  const auto share = all.numbers.size() / (8 * std::max<std::size_t>(held_.size(), 1));
  const auto size_max = std::clamp<std::size_t>(share, 1, crew_.batch_numbers_max);
  auto large = all.large.begin();
  for (std::size_t at = 0; at < all.numbers.size();) {
    numbers_part part{request, at, {}, x.how};
    std::size_t bytes = 0;
    while (at < all.numbers.size() && at - part.at < size_max && bytes < crew_.batch_bytes_max) {
      if (large != all.large.end() && large->at == at) {
        bytes += large->digits.size();
        part.list.large.push_back({static_cast<std::uint32_t>(at - part.at), large->digits});
        ++large;
      }
      part.list.numbers.push_back(all.numbers[at++]);
    }
    add({std::move(part)});
  }
  if (all.numbers.empty())
    deliver(request);
}

void dispatcher::add(batch b) {
  const auto id = next_batch_++;
  batches_.emplace(id, std::move(b));
  waiting_.push_back(id);
  hand_out();
}

void dispatcher::hand_out() {
  while (!waiting_.empty() && !room_.empty()) {
    const auto id = waiting_.front();
    waiting_.pop_front();
    if (!batches_.contains(id))
      continue; // canceled, or answered by one who was given up
    const auto who = std::move(room_.front());
    room_.pop_front();
    give(who, id);
  }
}

void dispatcher::give(const checker_actor& who, std::uint64_t id) {
  held_[who.address()].push_back(id);
  const auto& work = batches_.at(id).work;
  if (const auto* part = std::get_if<numbers_part>(&work))
    runtime::send(self_, who, numbers_batch{id, part->list, part->how});
  else
    runtime::send(self_, who, lines_batch{id, std::get<lines_part>(work).lines});
}

// Returns: whether its answer is wanted: not, if there was one, or if it was canceled.
bool dispatcher::take_back(std::uint64_t id) {
  const auto who = caf::actor_cast<caf::actor_addr>(self_->current_sender());
  if (const auto i = held_.find(who); i != held_.end())
    std::erase(i->second, id);
  return batches_.contains(id);
}

void dispatcher::answered(const numbers_part& part, const std::vector<verdict>& verdicts) {
  const auto i = requests_.find(part.request);
  if (i == requests_.end())
    return;
  auto& mine = i->second;
  const auto n = part.list.numbers.size();
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
  std::erase_if(batches_, [request](const auto& b) {
    const auto* part = std::get_if<numbers_part>(&b.second.work);
    return part && part->request == request;
  });
  std::erase_if(waiting_, [this](std::uint64_t id) { return !batches_.contains(id); });
  deliver(request);
}

void dispatcher::lost(const caf::actor_addr& who) {
  std::erase_if(room_, [&](const checker_actor& c) { return c.address() == who; });
  auto held = held_.extract(who);
  auto& ids = held.mapped();
  std::erase_if(ids, [this](std::uint64_t id) { return !batches_.contains(id); });
  if (!ids.empty() && ++batches_.at(ids.front()).deaths >= crew_.batch_deaths_max) {
    give_up(std::move(batches_.extract(ids.front()).mapped()));
    ids.pop_front();
  }
  waiting_.insert(waiting_.begin(), ids.begin(), ids.end());
  hand_out();
}

void dispatcher::give_up(batch b) {
  if (auto* lines = std::get_if<lines_part>(&b.work)) {
    lines->promise.deliver(
        lines_checked{std::make_shared<const block_answer>(ports_.give_up(*lines->lines)), 0});
    return;
  }
  const auto& part = std::get<numbers_part>(b.work);
  if (const auto i = requests_.find(part.request); i != requests_.end())
    for (std::size_t n = 0; n < part.list.numbers.size(); ++n)
      i->second.answer.lost.push_back(static_cast<std::uint32_t>(part.at + n));
  answered(part, std::vector<verdict>(part.list.numbers.size(), verdict::cancelled));
}

} // namespace troupe::primes
