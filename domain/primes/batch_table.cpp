// SPDX-License-Identifier: BSD-3-Clause
#include "domain/primes/batch_table.hpp"

#include <algorithm>
#include <utility>

namespace troupe::primes {

void batch_table::add(batch_number b) {
  batches_[b].place = back_;
  waiting_[back_++] = b;
}

void batch_table::forget(batch_number b) {
  if (const auto i = batches_.find(b); i != batches_.end())
    remove(i);
}

void batch_table::want(checker_number c, std::uint32_t more) {
  make_room(crew_.try_emplace(c).first, more);
}

bool batch_table::answered(checker_number c, batch_number b) {
  if (const auto who = crew_.find(c); who != crew_.end()) {
    auto& held = who->second.held;
    const auto i = std::find_if(held.begin(), held.end(), [b](auto& h) { return h.which == b; });
    if (i != held.end()) {
      who->second.open -= i->to_drop ? 0 : 1;
      held.erase(i);
    }
  }
  const auto i = batches_.find(b);
  if (i == batches_.end())
    return false;
  remove(i);
  ++done_;
  return true;
}

void batch_table::dropped(checker_number c, batch_number b) {
  const auto who = crew_.find(c);
  if (who == crew_.end())
    return;
  auto& held = who->second.held;
  const auto i =
      std::find_if(held.begin(), held.end(), [b](auto& h) { return h.which == b && h.to_drop; });
  if (i == held.end())
    return; // nobody told it so
  held.erase(i);
  make_room(who, 1);
}

// What it has not begun goes in front, in the old order.
void batch_table::leave(checker_number c) {
  const auto who = crew_.try_emplace(c).first;
  who->second.leaving = true;
  who->second.room = 0;
  for (auto at = who->second.held.size(); at-- > 1;)
    if (const auto h = who->second.held[at]; !h.to_drop) {
      tell_to_drop(who, at);
      wait_in_front(h.which);
    }
}

std::optional<batch_table::batch_number> batch_table::lost(checker_number c, ending how) {
  auto gone = crew_.extract(c);
  if (gone.empty())
    return std::nullopt;
  ++losses_;
  std::erase(with_room_, c);
  auto& held = gone.mapped().held;
  std::optional<batch_number> given_up;
  if (!held.empty())
    if (const auto i = batches_.find(held.front().which); i != batches_.end()) {
      const bool died = how == ending::died;
      const auto times = ++(died ? i->second.deaths : i->second.losses);
      if (times >= (died ? limits_.deaths_max : limits_.losses_max)) {
        given_up = i->first;
        remove(i);
      }
    }
  for (; !held.empty(); held.pop_back())
    if (!held.back().to_drop && batches_.contains(held.back().which))
      wait_in_front(held.back().which);
  return given_up;
}

bool batch_table::holds_nothing(checker_number c) const {
  const auto who = crew_.find(c);
  return who == crew_.end() || who->second.held.empty();
}

std::vector<batch_table::order> batch_table::take_orders() {
  hand_out();
  while (steal()) {
  }
  return std::exchange(orders_, {});
}

// One each, turn by turn.
void batch_table::hand_out() {
  while (!waiting_.empty() && !with_room_.empty()) {
    const auto who = crew_.find(with_room_.front());
    with_room_.pop_front();
    who->second.in_line = false;
    if (who->second.room == 0)
      continue; // it leaves
    give(who, waiting_.begin()->second);
    make_room(who, 0);
  }
}

// Returns: whether there was something to take, and one to take it.
bool batch_table::steal() {
  if (!waiting_.empty() || with_room_.empty())
    return false;
  auto thief = crew_.end(), victim = crew_.end();
  for (const auto c : with_room_)
    if (const auto who = crew_.find(c);
        who->second.room > 0 && (thief == crew_.end() || who->second.open < thief->second.open))
      thief = who;
  if (thief == crew_.end())
    return false;
  for (auto who = crew_.begin(); who != crew_.end(); ++who)
    if (who->second.open >= thief->second.open + 2 && stealable(who->second)
        && (victim == crew_.end() || who->second.open > victim->second.open))
      victim = who;
  if (victim == crew_.end())
    return false;
  const auto at = *stealable(victim->second);
  const auto b = victim->second.held[at].which;
  tell_to_drop(victim, at);
  batches_.at(b).stolen = true;
  give(thief, b);
  ++steals_;
  return true;
}

// Returns: the place of the last that may be taken from it.
std::optional<std::size_t> batch_table::stealable(const checker& c) const {
  for (auto at = c.held.size(); at-- > 1;) {
    if (c.held[at].to_drop)
      continue;
    const auto& b = batches_.at(c.held[at].which);
    if (!b.stolen && b.deaths == 0)
      return at;
  }
  return std::nullopt;
}

void batch_table::give(crew::iterator to, batch_number b) {
  auto& batch = batches_.at(b);
  if (batch.place)
    waiting_.erase(*std::exchange(batch.place, std::nullopt));
  batch.keeper = to->first;
  to->second.held.push_back({b, false});
  ++to->second.open;
  --to->second.room;
  orders_.push_back({order::kind::give, to->first, b});
}

void batch_table::tell_to_drop(crew::iterator from, std::size_t at) {
  auto& h = from->second.held[at];
  h.to_drop = true;
  --from->second.open;
  orders_.push_back({order::kind::drop, from->first, h.which});
}

void batch_table::wait_in_front(batch_number b) {
  auto& batch = batches_.at(b);
  batch.keeper.reset();
  batch.place = --front_;
  waiting_[front_] = b;
}

// Whoever holds it yet need not begin it.
void batch_table::remove(std::map<batch_number, batch>::iterator i) {
  if (i->second.place)
    waiting_.erase(*i->second.place);
  if (i->second.keeper)
    if (const auto who = crew_.find(*i->second.keeper); who != crew_.end())
      for (std::size_t at = 0; at < who->second.held.size(); ++at)
        if (const auto& h = who->second.held[at]; h.which == i->first && !h.to_drop)
          tell_to_drop(who, at);
  batches_.erase(i);
}

void batch_table::make_room(crew::iterator of, std::uint32_t more) {
  auto& c = of->second;
  if (c.leaving)
    return;
  c.room = std::min(c.room + std::min(more, limits_.room_max), limits_.room_max);
  if (c.room > 0 && !std::exchange(c.in_line, true))
    with_room_.push_back(of->first);
}

} // namespace troupe::primes
