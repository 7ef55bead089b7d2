// SPDX-License-Identifier: BSD-3-Clause
#include "actors/savina/counting.hpp"

#include <algorithm>
#include <utility>

#include "messages/savina_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::savina {

counter_actor::behavior_type counter::make_behavior() {
  return {
      [this](increment) { ++count_; },
      [this](count_wanted) { return count_known{count_}; },
      [this](tally_wanted) {
        self_->quit();
        return tally{place_, {count_}};
      },
  };
}

producer_actor::behavior_type producer::make_behavior() {
  send_half();
  if (left_ > 0)
    send_half();
  return {
      [this](count_known) {
        --unanswered_;
        if (left_ > 0)
          send_half();
        else if (unanswered_ == 0)
          runtime::send(self_, head_, finished{});
      },
      [this](tally_wanted) {
        self_->quit();
        return tally{place_, {sent_}};
      },
  };
}

producer::producer(producer_actor::pointer self, counter_actor counter, const counting_plan& plan,
                   std::uint64_t place, gatherer_actor head)
    : self_(self), counter_(std::move(counter)), place_(place), head_(std::move(head)),
      half_(std::max<std::uint64_t>(1, plan.unanswered_max / 2)),
      left_(share_of(plan.increments, plan.producers, place)) {}

void producer::send_half() {
  const auto now = std::min(half_, left_);
  for (std::uint64_t i = 0; i < now; ++i)
    runtime::send(self_, counter_, increment{});
  left_ -= now;
  sent_ += now;
  runtime::send(self_, counter_, count_wanted{});
  ++unanswered_;
}

company assemble(caf::actor_system& system, const counting_plan& p, const gatherer_actor& head) {
  const auto one = runtime::spawn<counter>(system, p.producers);
  company all{{one}, p.producers};
  for (number i = 0; i < p.producers; ++i)
    all.members.push_back(runtime::spawn<producer>(system, one, p, i, head));
  return all;
}

counting_outcome outcome_of(const counting_plan& p, const std::vector<tally>& all) {
  counting_outcome o;
  for (number i = 0; i < p.producers; ++i)
    o.sent += all[i].counts[0];
  o.counted = all[p.producers].counts[0];
  return o;
}

} // namespace troupe::savina
