// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <caf/timespan.hpp>

#include "domain/cluster/roster.hpp"
#include "messages/cluster.hpp"

namespace troupe::cluster {

/// The outside world as these actors see it. All functions are called inside the actor that has
/// them; what they are given to call may be called on any thread, once.
struct coordinator_ports {
  std::function<std::int64_t()> now_unix_ms;
  std::function<void(const node_report&)> changed; ///< for the log; may be empty
  std::uint32_t roles = 0;                         ///< that its own process has
};

struct seeker_ports {
  /// Opens a link to one address and finds out whom its other end shows. What comes:
  /// both, or an error, and then no link is left; `attempt` is set there.
  std::function<void(const std::string& address, std::function<void(find_over)> then)> find;
  std::function<void(std::uint64_t link)> close;
};

struct agent_ports {
  /// Starts what does the node's roles, for these.
  std::function<void(const heads& whom)> start;
  /// Ends it at once.
  std::function<void()> stop;
  /// Has it finish what it has; `done` comes when that is so.
  std::function<void(std::function<void()> done)> drain;
  /// The coordinator that it has joined is at this address; "": it has lost it. May be empty.
  std::function<void(const std::string& address)> at;
  /// One line for the log.
  std::function<void(const std::string& line)> say;
  /// The node has drained, or drain_deadline is over: the process may end.
  std::function<void(bool in_time)> ended;
};

/// The actors' own bounds.
struct cluster_limits {
  roster_limits roster;
  caf::timespan answer_deadline = std::chrono::seconds(5);  ///< of requests between processes
  caf::timespan drain_deadline = std::chrono::minutes(10);  ///< for a node to finish what it has
  caf::timespan retry_min = std::chrono::milliseconds(200); ///< doubled with each failure, up to
  caf::timespan retry_max = std::chrono::seconds(2);
  unsigned rounds_max = 0;  ///< through all addresses in vain, then the seeker ends; 0: for ever
  unsigned hops_max = 3;    ///< from node to node that say where the coordinator is, in turn
  std::size_t told_max = 8; ///< addresses that are remembered from nodes, or told by one of them
};

} // namespace troupe::cluster
