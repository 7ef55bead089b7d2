// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/host_homes.hpp"

#include <algorithm>
#include <cassert>

namespace troupe::crawl {

std::optional<host_homes::team_id> host_homes::pick(std::string_view host) {
  if (free_ == 0)
    return std::nullopt;
  auto chosen = teams_.size() > 1 || homes_.size() > 0 || teams_.begin()->first != 0
                    ? teams_.find(settle(host))
                    : teams_.begin(); // all are here: nothing to remember
  if (chosen->second.free == 0)
    chosen = std::max_element(teams_.begin(), teams_.end(), [](const auto& a, const auto& b) {
      return a.second.free < b.second.free;
    });
  --chosen->second.free;
  --free_;
  return chosen->first;
}

/// Returns: the host's home, a new one if it had none or if that has no hands any more.
host_homes::team_id host_homes::settle(std::string_view host) {
  const auto known = homes_.find(host);
  if (known != homes_.end())
    if (const auto t = teams_.find(known->second); t != teams_.end() && !t->second.leaving)
      return known->second;
  const auto home =
      std::min_element(teams_.begin(), teams_.end(), [](const auto& a, const auto& b) {
        return std::pair{a.second.leaving, a.second.hosts}
               < std::pair{b.second.leaving, b.second.hosts};
      });
  ++home->second.hosts;
  if (known != homes_.end())
    known->second = home->first;
  else
    homes_.emplace(host, home->first);
  return home->first;
}

bool host_homes::suits(std::string_view host) const {
  const auto known = homes_.find(host);
  if (known == homes_.end())
    return true; // it has none yet
  const auto home = teams_.find(known->second);
  return home == teams_.end() || home->second.leaving || home->second.free > 0;
}

std::optional<host_homes::team_id> host_homes::home_of(std::string_view host) const {
  const auto known = homes_.find(host);
  return known != homes_.end() && teams_.count(known->second) > 0 ? std::optional{known->second}
                                                                  : std::nullopt;
}

void host_homes::hand_came(team_id team) { ++teams_[team].hands; }

void host_homes::hand_went(team_id team, std::size_t free) {
  const auto t = teams_.find(team);
  assert(t != teams_.end() && t->second.hands > 0);
  if (!t->second.leaving) {
    t->second.free -= free;
    free_ -= free;
  }
  if (--t->second.hands == 0)
    teams_.erase(t);
}

void host_homes::hand_free(team_id team) {
  const auto t = teams_.find(team);
  assert(t != teams_.end());
  if (t->second.leaving)
    return;
  ++t->second.free;
  ++free_;
}

void host_homes::leave(team_id team) {
  const auto t = teams_.find(team);
  if (t == teams_.end() || t->second.leaving)
    return;
  t->second.leaving = true;
  free_ -= t->second.free;
  t->second.free = 0;
}

bool host_homes::leaves(team_id team) const {
  const auto t = teams_.find(team);
  return t != teams_.end() && t->second.leaving;
}

} // namespace troupe::crawl
