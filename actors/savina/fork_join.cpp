// SPDX-License-Identifier: BSD-3-Clause
#include "actors/savina/fork_join.hpp"

#include <utility>

#include "messages/savina_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::savina {

forker_actor::behavior_type forker::make_behavior() {
  for (; begun_ < workers_; ++begun_)
    runtime::send(self_, runtime::spawn<fork_worker>(self_), work_given{begun_});
  return {
      [this](const work_done& x) {
        sum_ += x.result;
        if (++ended_ == workers_)
          runtime::send(self_, head_, finished{});
      },
      [this](tally_wanted) {
        self_->quit();
        return tally{0, {begun_, ended_, sum_}};
      },
  };
}

fork_worker_actor::behavior_type fork_worker::make_behavior() {
  return {[this](const work_given& x) {
    self_->quit();
    return work_done{work_of(x.worker)};
  }};
}

forker::forker(forker_actor::pointer self, std::uint64_t workers, gatherer_actor head)
    : self_(self), workers_(workers), head_(std::move(head)) {}

company assemble(caf::actor_system& system, const fork_join_plan& p, const gatherer_actor& head) {
  return {{runtime::spawn<forker>(system, p.workers, head)}};
}

fork_join_outcome outcome_of(const fork_join_plan&, const std::vector<tally>& all) {
  const auto& counts = all[0].counts;
  return {.begun = counts[0], .ended = counts[1], .sum = counts[2]};
}

} // namespace troupe::savina
