// SPDX-License-Identifier: BSD-3-Clause
#include "domain/bank/places.hpp"

#include <algorithm>

namespace troupe::bank {

places::places(std::uint32_t partitions) : seats_(partitions) {}

void places::offer(node_id node, const std::vector<std::uint32_t>& numbers) {
  offered& o = nodes_[node];
  for (const auto n : numbers)
    if (n < seats_.size())
      o.numbers.insert(n);
}

void places::withdraw(node_id node) {
  if (const auto at = nodes_.find(node); at != nodes_.end())
    at->second.withdrawn = true;
}

std::vector<std::uint32_t> places::lose(node_id node) {
  std::vector<std::uint32_t> had;
  for (std::uint32_t n = 0; n < seats_.size(); ++n)
    if (is_at(n, node)) {
      seats_[n] = {};
      had.push_back(n);
    }
  nodes_.erase(node);
  std::erase_if(failures_, [node](const auto& f) { return f.second == node; });
  return had;
}

void places::taken(std::uint32_t number, node_id node) {
  if (is_at(number, node) && seats_[number].is == state::taking)
    seats_[number].is = state::placed;
}

void places::failed(std::uint32_t number, node_id node) {
  if (!is_at(number, node))
    return;
  failures_.emplace(number, node);
  seats_[number] = {};
}

void places::emptied(std::uint32_t number, node_id node) {
  if (is_at(number, node))
    seats_[number] = {};
}

void places::retry() {
  std::erase_if(failures_, [this](const auto& f) { return seats_[f.first].is == state::empty; });
}

void places::retry_all() { failures_.clear(); }

std::vector<places::step> places::next() {
  std::vector<step> steps;
  for (std::uint32_t n = 0; n < seats_.size(); ++n) {
    seat& s = seats_[n];
    if (s.is == state::placed && nodes_.at(s.node).withdrawn) {
      s.is = state::leaving;
      steps.push_back({step::kind::give_up, n, s.node});
    }
    if (s.is != state::empty)
      continue;
    if (const auto node = best_for(n)) {
      s = {state::taking, *node};
      steps.push_back({step::kind::take, n, *node});
    }
  }
  const bool quiet = std::none_of(seats_.begin(), seats_.end(), [](const seat& s) {
    return s.is == state::taking || s.is == state::leaving;
  });
  if (quiet)
    if (const auto move = evening_out()) {
      seats_[move->number].is = state::leaving;
      steps.push_back(*move);
    }
  return steps;
}

std::optional<places::node_id> places::node_of(std::uint32_t number) const {
  return number < seats_.size() && seats_[number].is == state::placed
             ? std::optional{seats_[number].node}
             : std::nullopt;
}

bool places::is_at(std::uint32_t number, node_id node) const {
  return number < seats_.size() && seats_[number].is != state::empty && seats_[number].node == node;
}

std::size_t places::load_of(node_id node) const {
  return static_cast<std::size_t>(
      std::count_if(seats_.begin(), seats_.end(),
                    [node](const seat& s) { return s.is != state::empty && s.node == node; }));
}

bool places::is_offered(std::uint32_t number) const {
  return std::any_of(nodes_.begin(), nodes_.end(),
                     [number](const auto& n) { return n.second.numbers.contains(number); });
}

/// The first of those with the fewest.
std::optional<places::node_id> places::best_for(std::uint32_t number) const {
  std::optional<node_id> best;
  for (const auto& [id, o] : nodes_)
    if (!o.withdrawn && o.numbers.contains(number) && !failures_.contains({number, id})
        && (!best || load_of(id) < load_of(*best)))
      best = id;
  return best;
}

bool places::has_failed(node_id node) const {
  return std::any_of(failures_.begin(), failures_.end(),
                     [node](const auto& f) { return f.second == node; });
}

std::optional<places::step> places::evening_out() const {
  for (std::uint32_t n = 0; n < seats_.size(); ++n) {
    const seat& s = seats_[n];
    if (s.is != state::placed)
      continue;
    const auto to = best_for(n);
    if (to && *to != s.node && !has_failed(*to) && load_of(s.node) >= load_of(*to) + 2)
      return step{step::kind::give_up, n, s.node};
  }
  return std::nullopt;
}

} // namespace troupe::bank
