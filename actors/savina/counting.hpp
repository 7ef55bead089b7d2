// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <vector>

#include "actors/savina/gatherer.hpp"
#include "domain/savina/outcomes.hpp"

namespace troupe::savina {

/// Counts what it is told, without a lock: nobody else touches the number.
class counter {
public:
  static constexpr const char* name = "counter";
  counter(counter_actor::pointer self, std::uint64_t place) : self_(self), place_(place) {}
  counter_actor::behavior_type make_behavior();

private:
  counter_actor::pointer self_;
  std::uint64_t place_;
  std::uint64_t count_ = 0;
};

/// Sends its increments in two halves of what may be unanswered, with a question behind each: when
/// the answer to one is there, the next half goes out while the counter is at the other. So the
/// mailbox is bounded, and never empty.
class producer {
public:
  static constexpr const char* name = "producer";
  producer(producer_actor::pointer self, counter_actor counter, const counting_plan& plan,
           std::uint64_t place, gatherer_actor head);
  producer_actor::behavior_type make_behavior();

private:
  void send_half();

  producer_actor::pointer self_;
  counter_actor counter_;
  std::uint64_t place_;
  gatherer_actor head_;
  std::uint64_t half_;
  std::uint64_t left_;
  std::uint64_t sent_ = 0;
  unsigned unanswered_ = 0; ///< halves
};

/// See gatherer.hpp.
company assemble(caf::actor_system& system, const counting_plan& p, const gatherer_actor& head);
counting_outcome outcome_of(const counting_plan& p, const std::vector<tally>& all);

} // namespace troupe::savina
