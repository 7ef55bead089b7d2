// SPDX-License-Identifier: BSD-3-Clause
#include "domain/race/orders.hpp"

#include <algorithm>
#include <limits>
#include <random>

namespace troupe::race {

namespace {

constexpr auto count_max = std::numeric_limits<std::uint64_t>::max();

bool add_to(std::uint64_t& sum, std::uint64_t more) {
  const bool fits = more <= count_max - sum;
  sum = fits ? sum + more : count_max;
  return fits;
}

std::uint64_t sum_from(const order_counts& c, std::size_t first) {
  std::uint64_t sum = 0;
  for (auto i = first; i < flaws; ++i)
    add_to(sum, c.by[i]);
  return sum;
}

} // namespace

std::uint64_t order_counts::all() const { return sum_from(*this, 0); }
std::uint64_t order_counts::broken() const { return sum_from(*this, 1); }

void order_counts::add(const order_counts& more) {
  full = full || more.full;
  for (std::size_t i = 0; i < flaws; ++i)
    full = !add_to(by[i], more.by[i]) || full;
  full = full || all() == count_max;
}

// Depth first; an order is some dozens of steps long, and so is the recursion.
class order_walker {
public:
  order_walker(order_graph& graph, std::size_t worlds_max) : to_(graph), worlds_max_(worlds_max) {}

  // Returns: the world's index; none: too many.
  std::optional<std::uint32_t> visit(const world& w, std::size_t depth) {
    if (depth > steps_max)
      throw std::logic_error("an order without an end");
    const auto [place, fresh] =
        to_.index_.try_emplace(key(w), static_cast<std::uint32_t>(to_.nodes_.size()));
    const auto at = place->second;
    if (!fresh)
      return at;
    if (to_.nodes_.size() == worlds_max_)
      return std::nullopt;
    to_.nodes_.emplace_back();
    const auto able = to_.model_->able(w);
    order_graph::node sum;
    if (able.empty())
      sum.ends.by[static_cast<std::size_t>(w.wrong)] = 1;
    for (const auto who : able) {
      auto after = w;
      to_.model_->step(after, who);
      const auto child = visit(after, depth + 1);
      if (!child)
        return std::nullopt;
      add(sum, to_.nodes_[*child]);
    }
    if (w.wrong != flaw::none)
      sum.soonest[static_cast<std::size_t>(w.wrong)] = 0;
    to_.nodes_[at] = sum;
    return at;
  }

private:
  static void add(order_graph::node& sum, const order_graph::node& child) {
    sum.ends.add(child.ends);
    for (std::size_t i = 0; i < flaws; ++i)
      if (child.soonest[i] != order_graph::never)
        sum.soonest[i] = std::min<std::uint16_t>(sum.soonest[i], child.soonest[i] + 1u);
  }

  order_graph& to_;
  std::size_t worlds_max_;
};

std::optional<order_graph> order_graph::explore(const model& m, std::size_t worlds_max) {
  order_graph graph{m};
  order_walker walker{graph, worlds_max};
  if (!walker.visit(m.begin(), 0))
    return std::nullopt;
  return graph;
}

const order_counts& order_graph::from(const world& w) const {
  return nodes_[index_.at(key(w))].ends;
}

std::optional<std::size_t> order_graph::soonest(const world& w, flaw wanted) const {
  const auto& all = nodes_[index_.at(key(w))].soonest;
  const auto steps = wanted == flaw::none ? *std::min_element(all.begin() + 1, all.end())
                                          : all[static_cast<std::size_t>(wanted)];
  return steps == never ? std::nullopt : std::optional<std::size_t>{steps};
}

std::optional<order> order_graph::by_number(std::uint64_t number) const {
  if (all().full || number < 1 || number > all().all())
    return std::nullopt;
  order steps;
  auto w = model_->begin();
  auto rest = number - 1; // how many of the ways on come before the one that is wanted
  for (auto able = model_->able(w); !able.empty(); able = model_->able(w))
    for (const auto who : able) {
      auto after = w;
      model_->step(after, who);
      const auto ways = from(after).all();
      if (rest < ways) {
        steps.push_back(who);
        w = std::move(after);
        break;
      }
      rest -= ways;
    }
  return steps;
}

std::optional<std::uint64_t> order_graph::number_of(const order& steps) const {
  std::uint64_t before = 0;
  auto w = model_->begin();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto able = model_->able(w);
    if (std::find(able.begin(), able.end(), steps[i]) == able.end())
      throw std::invalid_argument("step " + std::to_string(i + 1) + " of the order: "
                                  + model_->cast()[steps[i]].name + " cannot go on there");
    for (const auto who : able) {
      auto after = w;
      model_->step(after, who);
      if (who == steps[i]) {
        w = std::move(after);
        break;
      }
      before += from(after).all();
    }
  }
  if (all().full)
    return std::nullopt;
  return before + 1;
}

std::string to_word(const model& m, const order& steps) {
  std::string word;
  for (const auto who : steps)
    word += m.cast()[who].mark;
  return word;
}

order parse_word(const model& m, std::string_view word) {
  order steps;
  for (const char mark : word) {
    const auto& cast = m.cast();
    const auto found =
        std::find_if(cast.begin(), cast.end(), [mark](const part& x) { return x.mark == mark; });
    if (found == cast.end()) {
      std::string marks;
      for (const auto& x : cast)
        marks += (marks.empty() ? "" : ", ") + std::string{x.mark} + " for " + x.name;
      throw std::invalid_argument("'" + std::string{mark} + "' is nobody here: " + marks);
    }
    steps.push_back(static_cast<std::uint8_t>(found - cast.begin()));
  }
  return steps;
}

order draw_order(const model& m, std::uint64_t seed, std::uint64_t number) {
  // Neighbours' seeds are mixed first (the finalizer of SplitMix64), so that they have nothing in
  // common. No std:: distribution: those differ between libraries.
  auto mixed = seed * 0x9e3779b97f4a7c15ull + number;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ull;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebull;
  std::mt19937_64 draw{mixed ^ (mixed >> 31)};
  order steps;
  auto w = m.begin();
  for (auto able = m.able(w); !able.empty(); able = m.able(w)) {
    if (steps.size() == steps_max)
      throw std::logic_error("an order without an end");
    steps.push_back(able[draw() % able.size()]);
    m.step(w, steps.back());
  }
  return steps;
}

} // namespace troupe::race
