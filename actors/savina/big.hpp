// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <vector>

#include "actors/savina/gatherer.hpp"
#include "domain/savina/outcomes.hpp"

namespace troupe::savina {

/// Asks others, one at a time, and answers all who ask, also when it has asked enough.
class big_member {
public:
  static constexpr const char* name = "big_member";
  big_member(big_member_actor::pointer self, const big_plan& plan, std::uint64_t place,
             gatherer_actor head);
  big_member_actor::behavior_type make_behavior();

private:
  void ask();

  big_member_actor::pointer self_;
  big_plan plan_;
  std::uint64_t place_;
  gatherer_actor head_;
  std::vector<big_member_actor> all_;
  std::uint64_t pings_ = 0;
  std::uint64_t pongs_ = 0;
};

/// See gatherer.hpp.
company assemble(caf::actor_system& system, const big_plan& p, const gatherer_actor& head);
big_outcome outcome_of(const big_plan& p, const std::vector<tally>& all);

} // namespace troupe::savina
