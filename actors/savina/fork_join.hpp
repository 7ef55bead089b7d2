// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <vector>

#include "actors/savina/gatherer.hpp"
#include "domain/savina/outcomes.hpp"

namespace troupe::savina {

/// Does one small thing, tells what it came to, and ends.
class fork_worker {
public:
  static constexpr const char* name = "fork_worker";
  explicit fork_worker(fork_worker_actor::pointer self) : self_(self) {}
  fork_worker_actor::behavior_type make_behavior();

private:
  fork_worker_actor::pointer self_;
};

/// Makes all workers at once, and adds up what they tell.
class forker {
public:
  static constexpr const char* name = "forker";
  forker(forker_actor::pointer self, std::uint64_t workers, gatherer_actor head);
  forker_actor::behavior_type make_behavior();

private:
  forker_actor::pointer self_;
  std::uint64_t workers_;
  gatherer_actor head_;
  std::uint64_t begun_ = 0;
  std::uint64_t ended_ = 0;
  std::uint64_t sum_ = 0;
};

/// See gatherer.hpp.
company assemble(caf::actor_system& system, const fork_join_plan& p, const gatherer_actor& head);
fork_join_outcome outcome_of(const fork_join_plan& p, const std::vector<tally>& all);

} // namespace troupe::savina
