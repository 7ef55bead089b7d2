// SPDX-License-Identifier: BSD-3-Clause
#include "actors/cluster/follower.hpp"

#include <utility>

#include "actors/cluster/seeker.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::cluster {

client_actor::behavior_type follower::make_behavior() {
  seeker_ = runtime::spawn<seeker>(self_, follower_actor{client_actor{self_}}, addresses_, seeking_,
                                   bounds_);
  watcher_.watch(self_, seeker_, [this](const caf::error&) {
    if (ports_.gave_up)
      ports_.gave_up();
  });
  return {
      [this](const coordinator_found& x) {
        coordinator_ = x.who;
        address_ = x.address;
        const auto found = ++found_;
        runtime::request(self_, x.who, bounds_.answer_deadline, heads_wanted{})
            .then(
                [this, found](const heads_known& known) {
                  if (found != found_)
                    return;
                  ports_.found(known.whom);
                  if (ports_.report && !asking_)
                    ask_who_is_there();
                },
                [this, found](const caf::error& why) {
                  if (found == found_)
                    runtime::send(self_, seeker_, join_again{runtime::text(self_->system(), why)});
                });
      },
      [this](const coordinator_lost& x) {
        coordinator_ = nullptr;
        ++found_;
        ports_.lost(x.why);
      },
      [this](report_due) { ask_who_is_there(); },
  };
}

follower::follower(client_actor::pointer self, std::vector<std::string> addresses,
                   follower_ports ports, seeker_ports seeking, cluster_limits bounds)
    : self_(self), addresses_(std::move(addresses)), ports_(std::move(ports)),
      seeking_(std::move(seeking)), bounds_(bounds), watcher_(self) {}

void follower::ask_who_is_there() {
  asking_ = coordinator_ != nullptr;
  if (!asking_)
    return;
  runtime::request(self_, coordinator_, bounds_.answer_deadline, cluster_wanted{})
      .then(
          [this, who = coordinator_](const cluster_report& x) {
            if (who == coordinator_)
              ports_.report(x, address_);
            ask_again_later();
          },
          [this](const caf::error&) { ask_again_later(); });
}

void follower::ask_again_later() {
  runtime::send_after(self_, ports_.report_every, client_actor{self_}, report_due{});
}

follower::~follower() { runtime::stop(seeker_); }

} // namespace troupe::cluster
