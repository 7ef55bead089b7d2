// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <limits>
#include <tuple>

#include "io/trace/events.hpp"

namespace troupe::trace {

namespace {

constexpr moment short_ns = 1'000; // of a slice that is made up for a letter to start from

// By row: when its outermost slices begin and end, in order.
struct outermost {
  std::vector<std::vector<std::pair<moment, moment>>> of;

  bool covers(row_id row, moment when) const {
    if (row >= of.size()) // no_row among them
      return false;
    const auto& slices = of[row];
    const auto after = std::upper_bound(slices.begin(), slices.end(), when,
                                        [](moment x, const auto& s) { return x < s.first; });
    return after != slices.begin() && when < std::prev(after)->second;
  }
  /// Returns: when the next one begins after that moment, or far in the future.
  moment next(row_id row, moment when) const {
    if (row >= of.size())
      return std::numeric_limits<moment>::max();
    const auto& slices = of[row];
    const auto after = std::upper_bound(slices.begin(), slices.end(), when,
                                        [](moment x, const auto& s) { return x < s.first; });
    return after == slices.end() ? std::numeric_limits<moment>::max() : after->first;
  }
};

bool earlier(const event& a, const event& b) {
  // Of two that begin together the one that ends later is around the other.
  return std::tuple{a.row, a.begin, -a.end} < std::tuple{b.row, b.begin, -b.end};
}

outermost find_outermost(const story& s) {
  outermost found;
  found.of.resize(s.rows.size());
  for (const auto& e : s.events)
    if (e.what == event::kind::slice) {
      auto& mine = found.of[e.row];
      if (mine.empty() || e.begin >= mine.back().second)
        mine.emplace_back(e.begin, e.end);
    }
  return found;
}

} // namespace

void arrange(story& s) {
  for (auto& e : s.events)
    e.end = std::max(e.end, e.begin + 1); // what takes no time cannot be seen
  std::sort(s.events.begin(), s.events.end(), earlier);
  auto slices = find_outermost(s);
  // A letter without its receiver's slice came when there was no more room.
  std::erase_if(s.events, [&](const event& e) {
    return e.what == event::kind::letter && !slices.covers(e.other, e.end);
  });
  // The events are sorted, so those of a row come in the order of their sending.
  std::vector<event> made_up;
  for (std::size_t i = 0; i < s.events.size(); ++i) {
    const auto& e = s.events[i];
    if (e.what != event::kind::letter || slices.covers(e.row, e.begin))
      continue;
    const bool again =
        !made_up.empty() && made_up.back().row == e.row && e.begin < made_up.back().end;
    if (again)
      continue;
    made_up.push_back({event::kind::slice, e.row, e.name, 0, 0, 0, e.begin,
                       std::min(e.begin + short_ns, slices.next(e.row, e.begin))});
  }
  s.events.insert(s.events.end(), made_up.begin(), made_up.end());
  std::sort(s.events.begin(), s.events.end(), earlier);
}

} // namespace troupe::trace
