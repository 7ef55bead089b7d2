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
        ask({x.origin, promise, {}});
        return promise;
      },
      [](const robots_known&) {}, // of a keeper that fetches itself
      [this](const foreman_ready& x) {
        foremen_.push_back(x.who);
        watcher_.watch(self_, x.who, [this, who = x.who](const caf::error&) { lost(who); });
        ask_those_that_wait();
      },
  };
}

robots_desk::robots_desk(robots_desk_actor::pointer self, std::string user_agent, limits bounds,
                         crew_limits crew)
    : self_(self), user_agent_(std::move(user_agent)), bounds_(bounds), crew_(crew),
      watcher_(self) {}

void robots_desk::ask(question q) {
  q.whom = nullptr;
  if (foremen_.empty())
    return waiting_.push_back(std::move(q));
  q.whom = foremen_[turn_++ % foremen_.size()];
  const auto number = next_++;
  runtime::request(self_, q.whom, crew_.robots_deadline, robots_text_wanted{q.origin})
      .then([this, number](const robots_text& x) { answer(number, x.outcome); },
            [this, number, who = q.whom](const caf::error& why) {
              if (why != caf::sec::request_timeout)
                return lost(who);
              robots_outcome none;
              none.error = fault::header_timeout;
              none.detail = "no node has fetched it in time";
              answer(number, none);
            });
  asked_.emplace(number, std::move(q));
}

void robots_desk::ask_those_that_wait() {
  for (auto& q : std::exchange(waiting_, {}))
    ask(std::move(q));
}

// He is asked no more; what he has not answered another is.
void robots_desk::lost(const foreman_actor& who) {
  std::erase(foremen_, who);
  std::vector<question> again;
  for (const auto& [number, q] : asked_)
    if (q.whom == who)
      again.push_back(q);
  std::erase_if(asked_, [&who](const auto& x) { return x.second.whom == who; });
  for (auto& q : again)
    ask(std::move(q));
}

void robots_desk::answer(std::uint64_t number, const robots_outcome& outcome) {
  auto done = asked_.extract(number);
  if (done.empty())
    return;
  auto& q = done.mapped();
  auto known = io::conclude_robots(outcome, user_agent_, bounds_);
  q.promise.deliver(robots_known{q.origin, std::move(known.rules), known.unreachable});
}

} // namespace troupe::crawl
