// SPDX-License-Identifier: BSD-3-Clause
#include "actors/savina/ping_pong.hpp"

#include <utility>

#include "messages/savina_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::savina {

pinger_actor::behavior_type pinger::make_behavior() {
  runtime::send(self_, other_, ping{});
  return {
      [this](pong) {
        if (++pongs_ < pings_)
          runtime::send(self_, other_, ping{});
        else
          runtime::send(self_, head_, finished{});
      },
      [this](tally_wanted) {
        self_->quit();
        return tally{0, {pongs_}};
      },
  };
}

ponger_actor::behavior_type ponger::make_behavior() {
  return {
      [this](ping) {
        ++pings_;
        return pong{};
      },
      [this](tally_wanted) {
        self_->quit();
        return tally{1, {pings_}};
      },
  };
}

pinger::pinger(pinger_actor::pointer self, ponger_actor other, std::uint64_t pings,
               gatherer_actor head)
    : self_(self), other_(std::move(other)), head_(std::move(head)), pings_(pings) {}

company assemble(caf::actor_system& system, const ping_pong_plan& p, const gatherer_actor& head) {
  const auto other = runtime::spawn<ponger>(system);
  return {{runtime::spawn<pinger>(system, other, p.pings, head), other}};
}

ping_pong_outcome outcome_of(const ping_pong_plan&, const std::vector<tally>& all) {
  return {.pings = all[1].counts[0], .pongs = all[0].counts[0]};
}

} // namespace troupe::savina
