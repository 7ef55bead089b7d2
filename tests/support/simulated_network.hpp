// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "actors/cluster/ports.hpp"
#include "messages/type_ids.hpp"
#include "runtime/test_network.hpp"

namespace troupe::test {

/// Processes of a cluster on a network that the test carries by hand; runtime/test_network has
/// more. They have names, and dial each other by them, as over real links.
///
///   simulated_network net{seed};
///   const auto head = net.add("head", 0), node = net.add("node", roles);
///   net.show(head, coordinator, coordinator);
///   spawn<agent>(net.system(node), ..., net.seeking(node), ...);   who dials "head:1"
class simulated_network : public runtime::test_network<caf::id_block::troupe> {
public:
  explicit simulated_network(std::uint64_t seed);
  ~simulated_network();

  /// A new process, which others dial as "NAME:1".
  place add(const std::string& name, std::uint32_t roles);
  const cluster::node_facts& facts(place p) const { return who_.at(p).facts; }

  /// Lets others connect to it. Takes: whom they are shown; who is told of links, or nobody.
  void show(place p, const cluster::door_actor& door, const cluster::coordinator_actor& told = {});
  cluster::seeker_ports seeking(place from);

  void cut(place p); ///< and no new connection before mend()
  void mend(place p) { who_.at(p).cut = false; }

private:
  struct entry {
    cluster::node_facts facts;
    cluster::door_actor door;
    cluster::coordinator_actor told;
    bool cut = false;
  };
  void dial(place from, const std::string& address, std::function<void(cluster::find_over)> then);

  std::vector<entry> who_;
  std::map<wire_id, std::pair<place, place>> ends_; // client, server
};

} // namespace troupe::test
