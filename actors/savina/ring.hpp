// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <vector>

#include "actors/savina/gatherer.hpp"
#include "domain/savina/outcomes.hpp"

namespace troupe::savina {

/// Passes the token on. Whoever has it when no hop is left says so.
class ring_member {
public:
  static constexpr const char* name = "ring_member";
  ring_member(ring_member_actor::pointer self, std::uint64_t place, gatherer_actor head);
  ring_member_actor::behavior_type make_behavior();

private:
  ring_member_actor::pointer self_;
  std::uint64_t place_;
  gatherer_actor head_;
  ring_member_actor next_;
  std::uint64_t had_ = 0;
  std::uint64_t ended_here_ = 0; ///< 0 or 1
};

/// See gatherer.hpp.
company assemble(caf::actor_system& system, const ring_plan& p, const gatherer_actor& head);
ring_outcome outcome_of(const ring_plan& p, const std::vector<tally>& all);

} // namespace troupe::savina
