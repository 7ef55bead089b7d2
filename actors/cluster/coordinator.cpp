// SPDX-License-Identifier: BSD-3-Clause
#include "actors/cluster/coordinator.hpp"

#include <utility>

#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"

namespace troupe::cluster {

coordinator_actor::behavior_type coordinator::make_behavior() {
  return {
      [this](const join& x) -> caf::result<joined> { return let_join(x); },
      [this](const leaving& x) {
        roster_.drains(x.instance, ports_.now_unix_ms());
        tell(x.instance);
      },
      [this](const left_now& x) {
        roster_.goes(x.instance, ports_.now_unix_ms());
        agents_.erase(x.instance);
        tell(x.instance);
      },
      [this](heads_wanted) -> caf::result<heads_known> { return heads_known{whom_}; },
      [this](cluster_wanted) -> caf::result<cluster_report> {
        return cluster_report{roster_.all(), clients_.size(), ports_.roles};
      },
      [this](const drain_node& x) { return drain_one(x); },
      [this](const link_came& x) { came(x.facts); },
      [this](const link_changed& x) { changed(x); },
      [this](whereabouts_wanted) -> caf::result<whereabouts> {
        return whereabouts{coordinator_actor{self_}, {}};
      },
  };
}

coordinator::coordinator(coordinator_actor::pointer self, heads whom, coordinator_ports ports,
                         cluster_limits bounds)
    : self_(self), whom_(std::move(whom)), ports_(std::move(ports)), bounds_(bounds),
      roster_(bounds.roster) {}

void coordinator::came(const node_facts& facts) {
  if (facts.roles == 0) {
    clients_.insert(facts.instance);
    return;
  }
  if (auto why = roster_.came(facts, ports_.now_unix_ms()); !why.empty())
    refused_[facts.instance] = std::move(why);
  else
    tell(facts.instance);
}

joined coordinator::let_join(const join& x) {
  if (const auto i = refused_.find(x.instance); i != refused_.end())
    return {i->second, {}};
  const auto* n = roster_.find(x.instance);
  if (!n || is_gone(n->state))
    return {"its link is not known here: it was lost, or is somebody else's", {}};
  agents_[x.instance] = x.agent;
  return {"", whom_};
}

void coordinator::changed(const link_changed& x) {
  const auto now = ports_.now_unix_ms();
  const auto* known = roster_.find(x.instance);
  const auto before = known ? known->state : node_state::down;
  switch (x.state) {
  case node_state::up:
    roster_.heard(x.instance, now);
    break;
  case node_state::suspect:
    roster_.silent(x.instance, x.why, now);
    break;
  default:
    if (clients_.erase(x.instance) + refused_.erase(x.instance) != 0)
      return;
    roster_.lost(x.instance, x.why, now);
    agents_.erase(x.instance);
  }
  known = roster_.find(x.instance);
  if (known && known->state != before)
    tell(x.instance);
}

caf::result<node_drained> coordinator::drain_one(const drain_node& x) {
  const auto* n = roster_.find(x.name);
  if (!n)
    return node_drained{"there is no node " + x.name + ": see status"};
  if (is_gone(n->state))
    return node_drained{"the node " + x.name
                        + (n->state == node_state::left ? " has left already" : " is down")};
  const auto agent = agents_.find(n->facts.instance);
  if (agent == agents_.end())
    return node_drained{"the node " + x.name + " has not joined yet"};
  auto promise = self_->make_response_promise<node_drained>();
  runtime::request(self_, agent->second, bounds_.drain_deadline, drain{})
      .then([promise](const drained&) mutable { promise.deliver(node_drained{}); },
            [this, promise, name = x.name](const caf::error& why) mutable {
              promise.deliver(node_drained{
                  "the node " + name + " has not drained: " + runtime::text(self_->system(), why)});
            });
  return promise;
}

void coordinator::tell(std::uint64_t instance) const {
  if (const auto* n = roster_.find(instance); n && ports_.changed)
    ports_.changed(*n);
}

} // namespace troupe::cluster
