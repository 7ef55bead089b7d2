// SPDX-License-Identifier: BSD-3-Clause
#include "actors/savina/big.hpp"

#include <utility>

#include "messages/savina_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::savina {

big_member_actor::behavior_type big_member::make_behavior() {
  return {
      [this](acquaintances& x) {
        all_ = std::move(x.all);
        ask();
      },
      [this](ping) {
        ++pings_;
        return pong{};
      },
      [this](pong) {
        if (++pongs_ < plan_.pings)
          ask();
        else
          runtime::send(self_, head_, finished{});
      },
      [this](tally_wanted) {
        self_->quit();
        return tally{place_, {pings_, pongs_}};
      },
  };
}

big_member::big_member(big_member_actor::pointer self, const big_plan& plan, std::uint64_t place,
                       gatherer_actor head)
    : self_(self), plan_(plan), place_(place), head_(std::move(head)) {}

void big_member::ask() { runtime::send(self_, all_[partner(plan_, place_, pongs_)], ping{}); }

company assemble(caf::actor_system& system, const big_plan& p, const gatherer_actor& head) {
  acquaintances everybody;
  for (number i = 0; i < p.members; ++i)
    everybody.all.push_back(runtime::spawn<big_member>(system, p, i, head));
  for (const auto& member : everybody.all)
    runtime::post(member, everybody);
  return {{everybody.all.begin(), everybody.all.end()}, p.members};
}

big_outcome outcome_of(const big_plan&, const std::vector<tally>& all) {
  big_outcome o;
  for (const auto& x : all) {
    o.pings.push_back(x.counts[0]);
    o.pongs.push_back(x.counts[1]);
  }
  return o;
}

} // namespace troupe::savina
