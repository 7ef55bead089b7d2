// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "domain/race/orders.hpp"

namespace troupe::test {

/// Plays every order there is, one by one, with nothing remembered from one to the next: slow, and
/// with nothing in common with how orders are counted. Takes: who hears each order, with the world
/// at its end.
inline void every_order(const race::model& m, const race::world& w, race::order& so_far,
                        const std::function<void(const race::order&, const race::world&)>& hear) {
  const auto able = m.able(w);
  if (able.empty())
    return hear(so_far, w);
  for (const auto who : able) {
    auto after = w;
    m.step(after, who);
    so_far.push_back(who);
    every_order(m, after, so_far, hear);
    so_far.pop_back();
  }
}

inline void every_order(const race::model& m,
                        const std::function<void(const race::order&, const race::world&)>& hear) {
  race::order so_far;
  every_order(m, m.begin(), so_far, hear);
}

inline race::plan race_of(std::string_view model, std::string_view engine, std::uint32_t people) {
  race::plan p;
  p.model = model;
  p.engine = engine;
  p.tellers = p.seats = people;
  return p;
}

/// Returns: all engines of all models with few enough people that every order can be played.
inline std::vector<race::plan> small_plans() {
  std::vector<race::plan> plans;
  for (const auto& e : race::engines()) {
    plans.push_back(race_of(e.model, e.name, 2));
    const bool too_many = e.name == "actor-forks" || (e.model == "transfer" && e.name == "actor");
    if (!too_many)
      plans.push_back(race_of(e.model, e.name, 3));
  }
  return plans;
}

inline std::string name_of(const race::plan& p) {
  return p.model + " " + p.engine + " "
         + std::to_string(p.model == "philosophers" ? p.seats : p.tellers);
}

/// Returns: does the engine's description say that it fails?
inline bool said_to_fail(const race::plan& p) {
  for (const auto& e : race::engines())
    if (e.model == p.model && e.name == p.engine)
      return std::string_view{e.what}.find(": fails") != std::string_view::npos;
  return false;
}

} // namespace troupe::test
