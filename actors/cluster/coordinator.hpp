// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "actors/cluster/ports.hpp"
#include "domain/cluster/roster.hpp"
#include "messages/cluster.hpp"

namespace troupe::cluster {

/// Knows which processes are there, by their links; tells those that join, and those that ask, whom
/// to ask for work. The work itself never passes through here.
///
///   link_came    -> a row in the roster; a client, if it has no role
///   join         -> its agent is known: it can be told to drain
///   link_changed -> suspected, heard again, lost; who watches that process's actors hears of it
class coordinator {
public:
  static constexpr const char* name = "coordinator";
  coordinator(coordinator_actor::pointer self, heads whom, coordinator_ports ports,
              cluster_limits bounds);
  coordinator_actor::behavior_type make_behavior();

private:
  joined let_join(const join& x);
  void came(const node_facts& facts);
  void changed(const link_changed& x);
  caf::result<node_drained> drain_one(const drain_node& x);
  void tell(std::uint64_t instance) const;

  coordinator_actor::pointer self_;
  heads whom_;
  coordinator_ports ports_;
  cluster_limits bounds_;
  roster roster_;
  std::map<std::uint64_t, std::string> refused_; // by instance: why it may not join, once it asks
  std::map<std::uint64_t, agent_actor> agents_;  // by instance
  std::set<std::uint64_t> clients_;
};

} // namespace troupe::cluster
