// SPDX-License-Identifier: BSD-3-Clause
#include "actors/cluster/agent.hpp"

#include <utility>

#include "actors/cluster/seeker.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::cluster {

agent_actor::behavior_type agent::make_behavior() {
  seeker_ = runtime::spawn<seeker>(self_, follower_actor{agent_actor{self_}}, addresses_, seeking_,
                                   bounds_);
  return {
      [this](const coordinator_found& x) { ask_to_join(x); },
      [this](const coordinator_lost& x) { lost(x.why); },
      [this](drain) -> caf::result<drained> {
        auto promise = self_->make_response_promise<drained>();
        if (over_) {
          promise.deliver(drained{});
        } else {
          wait_for_end_.push_back(promise);
          finish();
        }
        return promise;
      },
      [this](work_over) { end(); },
  };
}

agent::agent(agent_actor::pointer self, std::uint64_t instance, std::vector<std::string> addresses,
             agent_ports ports, seeker_ports seeking, cluster_limits bounds)
    : self_(self), instance_(instance), addresses_(std::move(addresses)), ports_(std::move(ports)),
      seeking_(std::move(seeking)), bounds_(bounds) {}

agent::~agent() {
  if (working_)
    ports_.stop();
  runtime::stop(seeker_);
}

void agent::ask_to_join(const coordinator_found& x) {
  coordinator_ = x.who;
  runtime::request(self_, coordinator_, bounds_.answer_deadline,
                   join{instance_, agent_actor{self_}})
      .then(
          [this, who = x.who, address = x.address](const joined& answer) {
            if (who != coordinator_ || over_)
              return;
            if (answer.refused.empty())
              begin(answer.whom, address);
            else
              runtime::send(self_, seeker_, join_again{answer.refused});
          },
          [this, who = x.who](const caf::error& why) {
            if (who == coordinator_)
              runtime::send(self_, seeker_, join_again{runtime::text(self_->system(), why)});
          });
}

void agent::begin(const heads& whom, const std::string& address) {
  said_.clear();
  ports_.say("joined the coordinator at " + address);
  if (draining_)
    return;
  working_ = true;
  ports_.start(whom);
}

// What was under way is in nobody's hands any more: the coordinator gives it to others.
void agent::lost(const std::string& why) {
  coordinator_ = nullptr;
  if (said_ != why)
    ports_.say("no coordinator: " + why + "; trying again");
  said_ = why;
  if (std::exchange(working_, false))
    ports_.stop();
  if (draining_)
    end();
}

void agent::finish() {
  if (std::exchange(draining_, true))
    return;
  if (coordinator_)
    runtime::send(self_, coordinator_, leaving{instance_});
  if (!working_)
    return end();
  ports_.drain([me = agent_actor{self_}] { runtime::post(me, work_over{}); });
}

void agent::end() {
  if (std::exchange(over_, true))
    return;
  if (std::exchange(working_, false))
    ports_.stop();
  if (coordinator_)
    runtime::send(self_, coordinator_, left_now{instance_});
  for (auto& p : wait_for_end_)
    p.deliver(drained{});
  wait_for_end_.clear();
  ports_.ended();
}

} // namespace troupe::cluster
