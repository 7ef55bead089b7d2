// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "messages/savina.hpp"

namespace troupe::savina {

/// Those who play one benchmark.
struct company {
  std::vector<participant_actor> members;
  std::uint64_t finishes = 1; ///< how many of them say that they are finished
};

/// Has the company made, waits until all parts are done, asks everybody what it counted, hands that
/// over in the order of places, and ends.
///
/// It makes the company itself, since they must know it from birth. A company is
///   company assemble(caf::actor_system&, const X_plan&, const gatherer_actor&);
///   X_outcome outcome_of(const X_plan&, const std::vector<tally>&);
/// for each plan, in the header that is named after the benchmark.
class gatherer {
public:
  static constexpr const char* name = "gatherer";
  using assembly = std::function<company(const gatherer_actor&)>;
  /// Takes: `assemble`, called once, inside this actor; `done`, likewise, at the end.
  gatherer(gatherer_actor::pointer self, assembly assemble,
           std::function<void(std::vector<tally>)> done);
  gatherer_actor::behavior_type make_behavior();

private:
  gatherer_actor::pointer self_;
  assembly assemble_;
  std::function<void(std::vector<tally>)> done_;
  company company_;
  std::vector<tally> tallies_;
};

} // namespace troupe::savina
