// SPDX-License-Identifier: BSD-3-Clause
#include "domain/race/report.hpp"

#include <algorithm>
#include <charconv>

namespace troupe::race {

namespace {

report begin_report(const plan& p) {
  report r;
  r.asked = p;
  r.made = make_model(p);
  return r;
}

std::optional<order_graph> count(report& r, std::size_t worlds_max) {
  auto graph = order_graph::explore(*r.made, worlds_max);
  if (graph) {
    r.all = graph->all();
    r.worlds = graph->worlds();
  }
  return graph;
}

void show(report& r, const order& steps, const std::optional<order_graph>& graph) {
  r.shown = tell_story(*r.made, steps, graph ? &*graph : nullptr);
  if (graph && r.shown.ended)
    r.number = graph->number_of(r.shown.steps);
}

// Takes: a graph in which an order fails so.
short_order make_short(const model& m, flaw wanted, std::size_t worlds_max,
                       const order_graph& graph) {
  const auto found = shortest(m, wanted, worlds_max, &graph);
  return found ? *found : shrink(m, soonest_order(m, graph, wanted));
}

// The first of all orders: whoever comes first in the cast goes on for as long as it can.
order first_order(const model& m) {
  order steps;
  auto w = m.begin();
  for (auto able = m.able(w); !able.empty(); able = m.able(w)) {
    steps.push_back(able.front());
    m.step(w, able.front());
  }
  return steps;
}

} // namespace

bool report::fails() const {
  return shown.wrong != flaw::none || (!replayed && all && all->broken() > 0);
}

too_many_worlds::too_many_worlds(std::size_t worlds_max)
    : std::runtime_error("there are more than " + std::to_string(worlds_max)
                         + " worlds, too many to count their orders: draw some at random "
                           "(--schedules), or allow more (--worlds-max)") {}

report explore_all(const plan& p, std::size_t worlds_max) {
  auto r = begin_report(p);
  const auto graph = count(r, worlds_max);
  if (!graph)
    throw too_many_worlds(worlds_max);
  if (r.all->broken() == 0) {
    show(r, first_order(*r.made), graph);
    return r;
  }
  r.shrunk = make_short(*r.made, flaw::none, worlds_max, *graph);
  show(r, r.shrunk->steps, graph);
  return r;
}

report explore_some(const plan& p, std::uint64_t schedules, std::uint64_t seed,
                    std::size_t worlds_max) {
  auto r = begin_report(p);
  const auto graph = count(r, worlds_max);
  drawn_orders drawn{.seed = seed, .schedules = schedules};
  for (std::uint64_t number = 1; number <= schedules; ++number) {
    auto got = until_flaw(*r.made, draw_order(*r.made, seed, number));
    order_counts one;
    one.by[static_cast<std::size_t>(got.wrong)] = 1;
    drawn.ends.add(one);
    if (got.wrong != flaw::none && drawn.first_number == 0) {
      drawn.first_number = number;
      drawn.first = std::move(got);
    }
  }
  r.drawn = std::move(drawn);
  if (r.drawn->first_number == 0) {
    show(r, draw_order(*r.made, seed, 1), graph);
    return r;
  }
  const auto& first = r.drawn->first;
  if (graph)
    r.shrunk = make_short(*r.made, first.wrong, worlds_max, *graph);
  else if (r.shrunk = shortest(*r.made, first.wrong, worlds_max); !r.shrunk)
    r.shrunk = shrink(*r.made, first.steps);
  show(r, r.shrunk->steps, graph);
  return r;
}

report replay(const plan& p, const std::string& which, std::size_t worlds_max) {
  auto r = begin_report(p);
  r.replayed = true;
  const auto graph = count(r, worlds_max);
  const bool is_number = !which.empty() && std::all_of(which.begin(), which.end(), [](char c) {
    return c >= '0' && c <= '9';
  });
  if (!is_number) {
    show(r, parse_word(*r.made, which), graph);
    return r;
  }
  if (!graph)
    throw too_many_worlds(worlds_max);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(which.data(), which.data() + which.size(), number);
  const auto steps = error == std::errc{} ? graph->by_number(number) : std::nullopt;
  if (!steps)
    throw std::invalid_argument("there is no order " + which + ": they go from 1 to "
                                + std::to_string(r.all->all()));
  show(r, *steps, graph);
  r.number = number;
  return r;
}

} // namespace troupe::race
