// SPDX-License-Identifier: BSD-3-Clause
#include "actors/savina/gatherer.hpp"

#include <algorithm>
#include <utility>

#include "messages/savina_ids.hpp"
#include "runtime/mail.hpp"

namespace troupe::savina {

gatherer_actor::behavior_type gatherer::make_behavior() {
  company_ = assemble_(gatherer_actor{self_});
  return {
      [this](finished) {
        if (--company_.finishes == 0)
          for (const auto& member : company_.members)
            runtime::send(self_, member, tally_wanted{});
      },
      [this](tally& x) {
        tallies_.push_back(std::move(x));
        if (tallies_.size() < company_.members.size())
          return;
        std::sort(tallies_.begin(), tallies_.end(),
                  [](const tally& a, const tally& b) { return a.who < b.who; });
        done_(std::move(tallies_));
        self_->quit();
      },
  };
}

gatherer::gatherer(gatherer_actor::pointer self, assembly assemble,
                   std::function<void(std::vector<tally>)> done)
    : self_(self), assemble_(std::move(assemble)), done_(std::move(done)) {}

} // namespace troupe::savina
