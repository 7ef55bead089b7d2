// SPDX-License-Identifier: BSD-3-Clause
#include "domain/race/shortest.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

namespace troupe::race {

namespace {

constexpr auto nowhere = std::numeric_limits<std::uint32_t>::max();

// A world in a layer, and how it is reached with the fewest changes of who runs.
struct place {
  world at;
  std::uint32_t parent = nowhere; // in the list of all places
  std::uint8_t who = 0;           // ran last
  std::uint32_t switches = 0;
};

struct link {
  std::uint32_t parent;
  std::uint8_t who;
};

order way_to(const std::vector<link>& links, std::uint32_t at) {
  order steps;
  for (; at != nowhere; at = links[at].parent)
    steps.push_back(links[at].who);
  std::reverse(steps.begin(), steps.end());
  return steps;
}

std::size_t switches_of(const order& steps) {
  std::size_t count = 0;
  for (std::size_t i = 1; i < steps.size(); ++i)
    count += steps[i] != steps[i - 1];
  return count;
}

// Plays what can be played of it; who cannot go on is passed over.
short_order play_loosely(const model& m, const order& steps) {
  short_order got;
  auto w = m.begin();
  for (const auto who : steps) {
    if (w.wrong != flaw::none)
      break;
    if (!m.can_step(w, who))
      continue;
    m.step(w, who);
    got.steps.push_back(who);
  }
  got.wrong = w.wrong;
  got.switches = switches_of(got.steps);
  return got;
}

bool better(const short_order& a, const short_order& b) {
  return std::make_tuple(a.steps.size(), a.switches) < std::make_tuple(b.steps.size(), b.switches);
}

// All orders that are a little simpler: one person left out from some step on, or one step moved
// to another place.
template <class Try>
bool any_simpler(const order& steps, std::size_t people, Try attempt) {
  for (std::size_t who = 0; who < people; ++who)
    for (std::size_t from = 0; from < steps.size(); ++from) {
      order less(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(from));
      std::copy_if(steps.begin() + static_cast<std::ptrdiff_t>(from), steps.end(),
                   std::back_inserter(less), [who](auto x) { return x != who; });
      if (less.size() < steps.size() && attempt(less))
        return true;
    }
  for (std::size_t from = 0; from < steps.size(); ++from)
    for (std::size_t to = 0; to < steps.size(); ++to) {
      auto moved = steps;
      moved.erase(moved.begin() + static_cast<std::ptrdiff_t>(from));
      moved.insert(moved.begin() + static_cast<std::ptrdiff_t>(to), steps[from]);
      if (from != to && attempt(moved))
        return true;
    }
  return false;
}

} // namespace

std::optional<short_order> shortest(const model& m, flaw wanted, std::size_t worlds_max,
                                    const order_graph* graph) {
  const auto soonest = graph ? graph->soonest(m.begin(), wanted) : std::nullopt;
  if (graph && !soonest)
    return std::nullopt;
  const auto leads_there = [&](const world& w, std::size_t steps) {
    if (!graph)
      return true;
    const auto left = graph->soonest(w, wanted);
    return left && steps + *left == *soonest;
  };
  std::vector<link> links; // of all places, to go back by
  std::vector<std::pair<std::uint32_t, place>> layer{{nowhere, place{.at = m.begin()}}};
  for (std::size_t depth = 0; !layer.empty() && depth < steps_max; ++depth) {
    std::unordered_map<std::string, std::size_t> index;
    std::vector<place> next;
    for (const auto& [number, from] : layer)
      for (const auto who : m.able(from.at)) {
        const bool changes = number != nowhere && who != from.who;
        place to{from.at, number, who, from.switches + (changes ? 1u : 0u)};
        m.step(to.at, who);
        if (!leads_there(to.at, depth + 1))
          continue;
        const auto [slot, fresh] =
            index.try_emplace(key(to.at) + static_cast<char>(who), next.size());
        if (fresh)
          next.push_back(std::move(to));
        else if (to.switches < next[slot->second].switches)
          next[slot->second] = std::move(to);
        if (links.size() + next.size() > worlds_max)
          return std::nullopt;
      }
    const auto first = static_cast<std::uint32_t>(links.size());
    std::vector<const place*> ends; // with the fewest changes of who runs
    for (const auto& to : next) {
      links.push_back({to.parent, to.who});
      const auto wrong = to.at.wrong;
      if (wrong == flaw::none || (wanted != flaw::none && wanted != wrong))
        continue;
      if (!ends.empty() && to.switches < ends.front()->switches)
        ends.clear();
      if (ends.empty() || to.switches == ends.front()->switches)
        ends.push_back(&to);
    }
    std::optional<short_order> best;
    for (const auto* to : ends) {
      auto way = way_to(links, first + static_cast<std::uint32_t>(to - next.data()));
      if (!best || way < best->steps)
        best = short_order{std::move(way), to->at.wrong, to->switches, true, links.size()};
    }
    if (best)
      return best;
    layer.clear();
    for (std::size_t i = 0; i < next.size(); ++i)
      if (next[i].at.wrong == flaw::none) // what went wrong otherwise is not what is wanted
        layer.emplace_back(first + static_cast<std::uint32_t>(i), std::move(next[i]));
  }
  return std::nullopt;
}

order soonest_order(const model& m, const order_graph& graph, flaw wanted) {
  order steps;
  auto w = m.begin();
  for (auto left = graph.soonest(w, wanted); left && *left > 0; left = graph.soonest(w, wanted))
    for (const auto who : m.able(w)) {
      auto after = w;
      m.step(after, who);
      if (const auto then = graph.soonest(after, wanted); then && *then + 1 == *left) {
        steps.push_back(who);
        w = std::move(after);
        break;
      }
    }
  return steps;
}

short_order shrink(const model& m, const order& failing) {
  auto best = play_loosely(m, failing);
  std::size_t tried = 0;
  const auto attempt = [&](const order& steps) {
    ++tried;
    auto got = play_loosely(m, steps);
    if (got.wrong != best.wrong || !better(got, best))
      return false;
    best = std::move(got);
    return true;
  };
  while (best.wrong != flaw::none && any_simpler(order{best.steps}, m.cast().size(), attempt)) {
  }
  best.looked_at = tried;
  return best;
}

short_order until_flaw(const model& m, const order& steps) {
  short_order got;
  auto w = m.begin();
  for (const auto who : steps) {
    if (w.wrong != flaw::none)
      break;
    if (!m.can_step(w, who))
      throw std::invalid_argument("step " + std::to_string(got.steps.size() + 1)
                                  + " of the order: " + m.cast()[who].name + " cannot go on there");
    m.step(w, who);
    got.steps.push_back(who);
  }
  got.wrong = w.wrong;
  got.switches = switches_of(got.steps);
  return got;
}

} // namespace troupe::race
