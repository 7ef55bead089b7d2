// SPDX-License-Identifier: BSD-3-Clause
#include "actors/cluster/seeker.hpp"

#include <algorithm>
#include <utility>

#include "messages/type_ids.hpp"

namespace troupe::cluster {

seeker_actor::behavior_type seeker::make_behavior() {
  runtime::send(self_, seeker_actor{self_}, dial_due{});
  return {
      [this](const join_again& x) { lose(x.why); },
      [this](dial_due) { dial(); },
      [this](const find_over& x) {
        if (x.attempt != attempt_) {
          if (x.error.empty())
            ports_.close(x.link);
        } else if (x.error.empty()) {
          found(x);
        } else {
          lose(x.error);
        }
      },
  };
}

seeker::seeker(seeker_actor::pointer self, follower_actor follower,
               std::vector<std::string> addresses, seeker_ports ports, cluster_limits bounds)
    : self_(self), follower_(std::move(follower)), addresses_(std::move(addresses)),
      ports_(std::move(ports)), bounds_(bounds), watcher_(self), pause_(bounds.retry_min) {}

seeker::~seeker() { drop_link(); }

void seeker::dial() {
  at_ = addresses_[next_];
  next_ = (next_ + 1) % addresses_.size();
  ports_.find(at_, [me = seeker_actor{self_}, attempt = ++attempt_](find_over over) {
    over.attempt = attempt;
    runtime::post(me, std::move(over));
  });
}

void seeker::found(const find_over& x) {
  link_ = x.link;
  pause_ = bounds_.retry_min;
  rounds_ = 0;
  watcher_.watch(self_, x.who, [this, attempt = attempt_](const caf::error&) {
    if (attempt == attempt_)
      lose("the connection to it was lost");
  });
  runtime::send(self_, follower_, coordinator_found{x.who, at_});
}

void seeker::lose(const std::string& why) {
  ++attempt_;
  drop_link();
  runtime::send(self_, follower_, coordinator_lost{at_ + ": " + why});
  if (next_ == 0 && ++rounds_ == bounds_.rounds_max)
    return self_->quit();
  if (next_ != 0) // all addresses at once, then a pause
    return runtime::send(self_, seeker_actor{self_}, dial_due{});
  runtime::send_after(self_, pause_, seeker_actor{self_}, dial_due{});
  pause_ = std::min(pause_ * 2, bounds_.retry_max);
}

void seeker::drop_link() {
  if (const auto link = std::exchange(link_, 0); link != 0)
    ports_.close(link);
}

} // namespace troupe::cluster
