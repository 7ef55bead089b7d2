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
        watcher_.watch(self_, x.who, [this, who = x.who](const caf::error&) { gone(who); });
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
  q.who = foremen_[turn_++ % foremen_.size()];
  const auto id = next_++;
  const auto& asked = asked_.emplace(id, std::move(q)).first->second;
  runtime::request(self_, asked.who, crew_.robots_deadline, robots_text_wanted{asked.origin})
      .then([this, id](const robots_text& x) { answer(id, x.outcome); },
            [this, id](const caf::error& why) {
              const auto i = asked_.find(id);
              if (i == asked_.end())
                return; // another has been asked since
              if (why != caf::sec::request_timeout)
                return gone(foreman_actor{i->second.who}); // or he cannot: it comes to the same
              robots_outcome none;
              none.detail = "no node has fetched it in time";
              none.error = fault::header_timeout;
              answer(id, none);
            });
}

// He is asked no more, and what he was asked others are.
void robots_desk::gone(const foreman_actor& who) {
  std::erase(foremen_, who);
  std::vector<question> again;
  for (auto i = asked_.begin(); i != asked_.end();) {
    if (i->second.who == who) {
      again.push_back(std::move(i->second));
      i = asked_.erase(i);
    } else {
      ++i;
    }
  }
  for (auto& q : again)
    ask(std::move(q));
}

void robots_desk::ask_those_that_wait() {
  for (auto& q : std::exchange(waiting_, {}))
    ask(std::move(q));
}

void robots_desk::answer(std::uint64_t id, const robots_outcome& outcome) {
  auto q = asked_.extract(id);
  if (q.empty())
    return; // it was given up, and another has answered
  auto known = io::conclude_robots(outcome, user_agent_, bounds_);
  q.mapped().promise.deliver(robots_known{q.mapped().origin, std::move(known.rules),
                                          known.unreachable, std::move(known.address)});
}

} // namespace troupe::crawl
