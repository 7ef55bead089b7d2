// SPDX-License-Identifier: BSD-3-Clause
#include "domain/cluster/roster.hpp"

#include <algorithm>

namespace troupe::cluster {

std::string roster::came(const node_facts& facts, std::int64_t now_unix_ms) {
  const auto at = std::lower_bound(
      nodes_.begin(), nodes_.end(), facts.name,
      [](const node_report& n, const std::string& name) { return n.facts.name < name; });
  const bool known = at != nodes_.end() && at->facts.name == facts.name;
  if (known && !is_gone(at->state))
    return "the name " + facts.name + " is in use by the node at " + at->facts.address
           + ": give this one another, or wait until the loss of that one is noticed";
  if (present() >= bounds_.nodes_max)
    return "there are " + std::to_string(bounds_.nodes_max)
           + " nodes, and no more are let in (nodes_max)";
  if (known) {
    *at = {facts, node_state::up, "", now_unix_ms, at->joins + 1};
    return "";
  }
  nodes_.insert(at, {facts, node_state::up, "", now_unix_ms, 1});
  return "";
}

void roster::heard(std::uint64_t instance, std::int64_t now_unix_ms) {
  if (auto* n = one(instance); n && n->state == node_state::suspect)
    change(*n, node_state::up, "", now_unix_ms);
}

// One that drains is not suspected: nothing is given to it anyway.
void roster::silent(std::uint64_t instance, std::string_view why, std::int64_t now_unix_ms) {
  if (auto* n = one(instance); n && n->state == node_state::up)
    change(*n, node_state::suspect, why, now_unix_ms);
}

void roster::lost(std::uint64_t instance, std::string_view why, std::int64_t now_unix_ms) {
  if (auto* n = one(instance); n && !is_gone(n->state)) {
    change(*n, node_state::down, why, now_unix_ms);
    forget_oldest();
  }
}

void roster::drains(std::uint64_t instance, std::int64_t now_unix_ms) {
  if (auto* n = one(instance); n && !is_gone(n->state) && n->state != node_state::draining)
    change(*n, node_state::draining, "", now_unix_ms);
}

void roster::goes(std::uint64_t instance, std::int64_t now_unix_ms) {
  if (auto* n = one(instance); n && !is_gone(n->state)) {
    change(*n, node_state::left, "", now_unix_ms);
    forget_oldest();
  }
}

std::vector<node_report> roster::all() const { return nodes_; }

const node_report* roster::find(std::string_view name) const {
  const auto at = std::find_if(nodes_.begin(), nodes_.end(),
                               [name](const node_report& n) { return n.facts.name == name; });
  return at == nodes_.end() ? nullptr : &*at;
}

std::size_t roster::present() const {
  return static_cast<std::size_t>(std::count_if(
      nodes_.begin(), nodes_.end(), [](const node_report& n) { return !is_gone(n.state); }));
}

const node_report* roster::find(std::uint64_t instance) const {
  const auto at = std::find_if(nodes_.begin(), nodes_.end(), [instance](const node_report& n) {
    return n.facts.instance == instance;
  });
  return at == nodes_.end() ? nullptr : &*at;
}

node_report* roster::one(std::uint64_t instance) {
  return const_cast<node_report*>(find(instance));
}

void roster::change(node_report& n, node_state to, std::string_view why, std::int64_t now_unix_ms) {
  n.state = to;
  n.why = why;
  n.since_unix_ms = now_unix_ms;
}

void roster::forget_oldest() {
  if (nodes_.size() - present() <= bounds_.gone_max)
    return;
  auto oldest = nodes_.end();
  for (auto i = nodes_.begin(); i != nodes_.end(); ++i)
    if (is_gone(i->state) && (oldest == nodes_.end() || i->since_unix_ms < oldest->since_unix_ms))
      oldest = i;
  nodes_.erase(oldest);
}

} // namespace troupe::cluster
