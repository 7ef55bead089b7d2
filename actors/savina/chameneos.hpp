// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "actors/savina/gatherer.hpp"
#include "domain/savina/outcomes.hpp"

namespace troupe::savina {

/// Has the first who comes wait for the second, and tells both. After the last meeting it is
/// closed.
class mall {
public:
  static constexpr const char* name = "mall";
  mall(mall_actor::pointer self, const chameneos_plan& plan);
  mall_actor::behavior_type make_behavior();

private:
  mall_actor::pointer self_;
  std::uint64_t place_;
  std::uint64_t meetings_max_;
  std::uint64_t meetings_ = 0;
  std::optional<meeting_wanted> waiting_;
};

/// Goes to the mall again and again, until it is closed.
class creature {
public:
  static constexpr const char* name = "creature";
  creature(creature_actor::pointer self, mall_actor mall, std::uint64_t place, gatherer_actor head);
  creature_actor::behavior_type make_behavior();

private:
  void want_meeting();

  creature_actor::pointer self_;
  mall_actor mall_;
  std::uint64_t place_;
  gatherer_actor head_;
  colour mine_;
  std::uint64_t met_ = 0;
  std::uint64_t same_ = 0;
};

/// See gatherer.hpp.
company assemble(caf::actor_system& system, const chameneos_plan& p, const gatherer_actor& head);
chameneos_outcome outcome_of(const chameneos_plan& p, const std::vector<tally>& all);

} // namespace troupe::savina
