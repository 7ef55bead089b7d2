// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <vector>

#include "actors/savina/gatherer.hpp"
#include "domain/savina/outcomes.hpp"

namespace troupe::savina {

/// Answers, and counts.
class ponger {
public:
  static constexpr const char* name = "ponger";
  explicit ponger(ponger_actor::pointer self) : self_(self) {}
  ponger_actor::behavior_type make_behavior();

private:
  ponger_actor::pointer self_;
  std::uint64_t pings_ = 0;
};

/// Asks so often.
class pinger {
public:
  static constexpr const char* name = "pinger";
  pinger(pinger_actor::pointer self, ponger_actor other, std::uint64_t pings, gatherer_actor head);
  pinger_actor::behavior_type make_behavior();

private:
  pinger_actor::pointer self_;
  ponger_actor other_;
  gatherer_actor head_;
  std::uint64_t pings_;
  std::uint64_t pongs_ = 0;
};

/// See gatherer.hpp.
company assemble(caf::actor_system& system, const ping_pong_plan& p, const gatherer_actor& head);
ping_pong_outcome outcome_of(const ping_pong_plan& p, const std::vector<tally>& all);

} // namespace troupe::savina
