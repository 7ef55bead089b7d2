// SPDX-License-Identifier: BSD-3-Clause
#include "actors/savina/chameneos.hpp"

#include <utility>

#include "messages/savina_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::savina {

mall_actor::behavior_type mall::make_behavior() {
  return {
      [this](meeting_wanted& x) {
        if (meetings_ == meetings_max_)
          return runtime::send(self_, x.who, mall_closed{});
        if (!waiting_) {
          waiting_ = std::move(x);
          return;
        }
        ++meetings_;
        runtime::send(self_, waiting_->who, met{x.mine});
        runtime::send(self_, x.who, met{waiting_->mine});
        waiting_.reset();
      },
      [this](tally_wanted) {
        self_->quit();
        return tally{place_, {meetings_}};
      },
  };
}

creature_actor::behavior_type creature::make_behavior() {
  want_meeting();
  return {
      [this](const met& x) {
        ++met_;
        same_ += x.other == mine_;
        mine_ = complement(mine_, x.other);
        want_meeting();
      },
      [this](mall_closed) { runtime::send(self_, head_, finished{}); },
      [this](tally_wanted) {
        self_->quit();
        return tally{place_, {met_, same_}};
      },
  };
}

mall::mall(mall_actor::pointer self, const chameneos_plan& plan)
    : self_(self), place_(plan.creatures), meetings_max_(plan.meetings) {}

creature::creature(creature_actor::pointer self, mall_actor mall, std::uint64_t place,
                   gatherer_actor head)
    : self_(self), mall_(std::move(mall)), place_(place), head_(std::move(head)),
      mine_(first_colour(place)) {}

void creature::want_meeting() {
  runtime::send(self_, mall_, meeting_wanted{creature_actor{self_}, mine_});
}

company assemble(caf::actor_system& system, const chameneos_plan& p, const gatherer_actor& head) {
  const auto meeting_place = runtime::spawn<mall>(system, p);
  company all{{meeting_place}, p.creatures};
  for (number i = 0; i < p.creatures; ++i)
    all.members.push_back(runtime::spawn<creature>(system, meeting_place, i, head));
  return all;
}

chameneos_outcome outcome_of(const chameneos_plan& p, const std::vector<tally>& all) {
  chameneos_outcome o;
  for (number i = 0; i < p.creatures; ++i)
    o.creatures.push_back({all[i].counts[0], all[i].counts[1]});
  o.meetings = all[p.creatures].counts[0];
  return o;
}

} // namespace troupe::savina
