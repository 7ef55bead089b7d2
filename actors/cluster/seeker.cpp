// SPDX-License-Identifier: BSD-3-Clause
#include "actors/cluster/seeker.hpp"

#include <algorithm>
#include <utility>

#include "domain/cluster/node.hpp"
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
          ask(x);
        } else {
          lose(x.error);
        }
      },
  };
}

seeker::seeker(seeker_actor::pointer self, follower_actor follower,
               std::vector<std::string> addresses, seeker_ports ports, cluster_limits bounds)
    : self_(self), follower_(std::move(follower)), addresses_(std::move(addresses)),
      given_(addresses_.size()), ports_(std::move(ports)), bounds_(bounds), watcher_(self),
      pause_(bounds.retry_min) {}

seeker::~seeker() { drop_link(); }

void seeker::dial() {
  if (!told_.empty()) {
    at_ = std::move(told_.front());
    told_.pop_front();
  } else {
    at_ = addresses_[next_];
    next_ = (next_ + 1) % addresses_.size();
    hops_ = 0;
  }
  ports_.find(at_, [me = seeker_actor{self_}, attempt = ++attempt_](find_over over) {
    over.attempt = attempt;
    runtime::post(me, std::move(over));
  });
}

void seeker::ask(const find_over& x) {
  link_ = x.link;
  watcher_.watch(self_, x.who, [this, attempt = attempt_](const caf::error&) {
    if (attempt == attempt_)
      lose("the connection to it was lost");
  });
  runtime::request(self_, x.who, bounds_.answer_deadline, whereabouts_wanted{})
      .then(
          [this, attempt = attempt_](const whereabouts& there) {
            if (attempt == attempt_)
              go_on(there);
          },
          [this, attempt = attempt_](const caf::error& why) {
            if (attempt == attempt_)
              lose(runtime::text(self_->system(), why));
          });
}

void seeker::go_on(const whereabouts& x) {
  if (x.who)
    return found(x.who);
  if (x.elsewhere.empty())
    return lose("a node, which knows of no coordinator at the moment");
  if (++hops_ > bounds_.hops_max) {
    told_.clear();
    return lose("a node that knows another one, and so on, " + std::to_string(bounds_.hops_max)
                + " times");
  }
  told_.clear();
  for (const auto& address : x.elsewhere) {
    if (told_.size() == bounds_.told_max)
      break;
    // "Here", said by another machine, is not here.
    if (address.size() <= address_bytes_max && (!is_here(address) || is_here(at_)))
      told_.push_back(address);
  }
  lose(told_.empty() ? "a node that knows the coordinator only by an address of its own machine"
                     : "a node, which says that the coordinator is at " + printable(told_.front()));
}

void seeker::found(const coordinator_actor& who) {
  pause_ = bounds_.retry_min;
  rounds_ = 0;
  told_.clear();
  remember(at_);
  runtime::send(self_, follower_, coordinator_found{who, at_});
}

// The node that told it may be gone when the coordinator has to be found again.
void seeker::remember(const std::string& address) {
  if (std::find(addresses_.begin(), addresses_.end(), address) != addresses_.end())
    return;
  addresses_.push_back(address);
  if (addresses_.size() - given_ > bounds_.told_max)
    addresses_.erase(addresses_.begin() + static_cast<std::ptrdiff_t>(given_));
  next_ = 0; // the search begins anew
}

void seeker::lose(const std::string& why) {
  ++attempt_;
  drop_link();
  if (!told_.empty()) // it is not lost yet
    return runtime::send(self_, seeker_actor{self_}, dial_due{});
  runtime::send(self_, follower_,
                coordinator_lost{why.starts_with(at_ + ": ") ? why : at_ + ": " + why});
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
