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
      [this](const work_over& x) { end(x.in_time); },
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
  // The same coordinator may be lost and found again while a question to it is still under way.
  ++found_;
  runtime::request(self_, coordinator_, bounds_.answer_deadline,
                   join{instance_, agent_actor{self_}})
      .then(
          [this, found = found_, address = x.address](const joined& answer) {
            if (found != found_ || over_)
              return;
            if (answer.refused.empty())
              begin(answer.whom, address);
            else
              runtime::send(self_, seeker_, join_again{answer.refused});
          },
          [this, found = found_](const caf::error& why) {
            if (found == found_)
              runtime::send(self_, seeker_, join_again{runtime::text(self_->system(), why)});
          });
}

void agent::begin(const heads& whom, const std::string& address) {
  said_.clear();
  ports_.say("joined the coordinator at " + address);
  if (ports_.at)
    ports_.at(address);
  if (draining_)
    return;
  working_ = true;
  ports_.start(whom);
}

// What was under way is in nobody's hands any more: the coordinator gives it to others.
void agent::lost(const std::string& why) {
  ++found_;
  if (std::exchange(coordinator_, nullptr) && ports_.at)
    ports_.at("");
  if (said_ != why)
    ports_.say("no coordinator: " + why + "; trying again");
  said_ = why;
  if (std::exchange(working_, false))
    ports_.stop();
  if (draining_)
    end(true);
}

void agent::finish() {
  if (std::exchange(draining_, true))
    return;
  if (coordinator_)
    runtime::send(self_, coordinator_, leaving{instance_});
  if (!working_)
    return end(true);
  ports_.drain([me = agent_actor{self_}] { runtime::post(me, work_over{true}); });
  runtime::send_after(self_, bounds_.drain_deadline, agent_actor{self_}, work_over{false});
}

void agent::end(bool in_time) {
  if (std::exchange(over_, true))
    return;
  if (std::exchange(working_, false))
    ports_.stop();
  for (auto& p : wait_for_end_)
    p.deliver(drained{});
  wait_for_end_.clear();
  if (!coordinator_)
    return ports_.ended(in_time);
  // Heard of, so that its end is not taken for a loss.
  runtime::request(self_, coordinator_, bounds_.answer_deadline, left_now{instance_})
      .then([this, in_time] { ports_.ended(in_time); },
            [this, in_time](const caf::error&) { ports_.ended(in_time); });
}

} // namespace troupe::cluster
