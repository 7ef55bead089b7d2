// SPDX-License-Identifier: BSD-3-Clause
#include "actors/savina/ring.hpp"

#include <utility>

#include "messages/savina_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::savina {

ring_member_actor::behavior_type ring_member::make_behavior() {
  return {
      [this](join_ring& x) { next_ = std::move(x.next); },
      [this](const token& x) {
        ++had_;
        if (x.hops > 0)
          return runtime::send(self_, next_, token{x.hops - 1});
        ended_here_ = 1;
        runtime::send(self_, head_, finished{});
      },
      [this](tally_wanted) {
        self_->quit();
        return tally{place_, {had_, ended_here_}};
      },
  };
}

ring_member::ring_member(ring_member_actor::pointer self, std::uint64_t place, gatherer_actor head)
    : self_(self), place_(place), head_(std::move(head)) {}

company assemble(caf::actor_system& system, const ring_plan& p, const gatherer_actor& head) {
  std::vector<ring_member_actor> ring;
  for (number i = 0; i < p.members; ++i)
    ring.push_back(runtime::spawn<ring_member>(system, i, head));
  for (number i = 0; i < p.members; ++i)
    runtime::post(ring[i], join_ring{ring[(i + 1) % p.members]});
  runtime::post(ring[0], token{p.hops});
  return {{ring.begin(), ring.end()}};
}

ring_outcome outcome_of(const ring_plan&, const std::vector<tally>& all) {
  ring_outcome o;
  for (const auto& x : all) {
    o.had.push_back(x.counts[0]);
    if (x.counts[1] > 0)
      o.ended_at = x.who;
  }
  return o;
}

} // namespace troupe::savina
