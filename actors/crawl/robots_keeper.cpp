// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/robots_keeper.hpp"

#include <utility>

#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"

namespace troupe::crawl {

robots_actor::behavior_type robots_keeper::make_behavior() {
  return {
      [this](const robots_wanted& x) -> caf::result<robots_known> {
        if (const auto i = known_.find(x.origin); i != known_.end())
          return i->second;
        auto& waiting = asked_[x.origin];
        waiting.push_back(self_->make_response_promise<robots_known>());
        const auto answer = waiting.back();
        if (waiting.size() == 1)
          ports_.fetch_robots(
              x.origin, [me = robots_actor{self_}, at = x.origin](io::robots_answer got) {
                runtime::post(me, robots_known{at, std::move(got.rules), got.unreachable,
                                               std::move(got.address)});
              });
        return answer;
      },
      [this](const robots_known& x) { learned(x); },
  };
}

robots_keeper::robots_keeper(robots_actor::pointer self, crawl_ports ports)
    : self_(self), ports_(std::move(ports)) {}

void robots_keeper::learned(const robots_known& x) {
  known_[x.origin] = x;
  for (auto& waiting : std::exchange(asked_[x.origin], {}))
    waiting.deliver(x);
  asked_.erase(x.origin);
}

} // namespace troupe::crawl
