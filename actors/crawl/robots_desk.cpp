// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/robots_desk.hpp"

#include <algorithm>
#include <utility>

#include <caf/sec.hpp>

#include "io/crawl/robots.hpp"
#include "messages/type_ids.hpp"

namespace troupe::crawl {

robots_desk_actor::behavior_type robots_desk::make_behavior() {
  return {
      [this](const robots_wanted& x) -> caf::result<robots_known> {
        auto promise = self_->make_response_promise<robots_known>();
        ask({x.origin, promise});
        return promise;
      },
      [](const robots_known&) {}, // of a keeper that fetches itself
      [this](const foreman_ready& x) {
        foremen_.push_back(x.who);
        watcher_.watch(self_, x.who,
                       [this, who = x.who](const caf::error&) { std::erase(foremen_, who); });
        ask_those_that_wait();
      },
  };
}

robots_desk::robots_desk(robots_desk_actor::pointer self, std::string user_agent, limits bounds,
                         crew_limits crew)
    : self_(self), user_agent_(std::move(user_agent)), bounds_(bounds), crew_(crew),
      watcher_(self) {}

void robots_desk::ask(question q) {
  if (foremen_.empty())
    return waiting_.push_back(std::move(q));
  const auto who = foremen_[turn_++ % foremen_.size()];
  runtime::request(self_, who, crew_.robots_deadline, robots_text_wanted{q.origin})
      .then([this, q](const robots_text& x) mutable { answer(q, x.outcome); },
            [this, q, who](const caf::error& why) mutable {
              if (why == caf::sec::request_timeout) {
                robots_outcome none;
                none.detail = "no node has fetched it in time";
                none.error = fault::header_timeout;
                return answer(q, none);
              }
              // Lost, or it cannot: it is asked no more.
              std::erase(foremen_, who);
              ask(std::move(q));
            });
}

void robots_desk::ask_those_that_wait() {
  for (auto& q : std::exchange(waiting_, {}))
    ask(std::move(q));
}

void robots_desk::answer(question& q, const robots_outcome& outcome) {
  auto known = io::conclude_robots(outcome, user_agent_, bounds_);
  q.promise.deliver(robots_known{q.origin, std::move(known.rules), known.unreachable});
}

} // namespace troupe::crawl
