// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/typed_response_promise.hpp>

#include "actors/cluster/ports.hpp"
#include "messages/cluster.hpp"

namespace troupe::cluster {

/// A node's part of the cluster: joins whichever coordinator there is, has the node's work done for
/// as long as there is one, and drains when told, by the coordinator or by the process itself.
class agent {
public:
  static constexpr const char* name = "agent";
  agent(agent_actor::pointer self, std::uint64_t instance, std::vector<std::string> addresses,
        agent_ports ports, seeker_ports seeking, cluster_limits bounds);
  ~agent();
  agent(const agent&) = delete;
  agent& operator=(const agent&) = delete;
  agent_actor::behavior_type make_behavior();

private:
  void ask_to_join(const coordinator_found& x);
  void begin(const heads& whom, const std::string& address);
  void lost(const std::string& why);
  void finish();
  void end(bool in_time);

  agent_actor::pointer self_;
  std::uint64_t instance_;
  std::vector<std::string> addresses_;
  agent_ports ports_;
  seeker_ports seeking_;
  cluster_limits bounds_;

  seeker_actor seeker_;
  coordinator_actor coordinator_; // empty while there is none
  std::uint64_t found_ = 0;       // counts what becomes of it: answers to older questions are late
  bool working_ = false, draining_ = false, over_ = false;
  std::string said_; // the last trouble: told once until it changes
  std::vector<caf::typed_response_promise<drained>> wait_for_end_;
};

} // namespace troupe::cluster
