// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "actors/cluster/follower.hpp"
#include "actors/cluster/ports.hpp"
#include "messages/cluster.hpp"
#include "tests/support/simulated_network.hpp"

namespace troupe::test {

/// How many runs a test makes: `usual`, or TROUPE_SEEDS of the environment, for a hunt by hand.
std::uint64_t seeds(std::uint64_t usual);

/// What a node does while it has a coordinator; made anew for each process.
struct node_work {
  virtual ~node_work() = default;
  virtual void start(caf::actor_system& here, const cluster::heads& whom) = 0;
  virtual void stop() = 0;
  virtual void drain(std::function<void()> done) = 0;
};
using make_work = std::function<std::unique_ptr<node_work>()>;

/// What a coordinator's process does beside coordinating.
struct head_work {
  virtual ~head_work() = default; ///< stops it
  virtual cluster::heads start(caf::actor_system& here) = 0;
};
using make_head = std::function<std::unique_ptr<head_work>()>;

/// A coordinator, nodes and clients, each a process of a simulated network, with the actors that
/// real ones have: coordinator, agent, seeker, follower.
class cluster_world {
public:
  cluster_world(std::uint64_t seed, make_head heads, make_work work, std::uint32_t roles);
  ~cluster_world();
  cluster_world(const cluster_world&) = delete;
  cluster_world& operator=(const cluster_world&) = delete;

  /// Nodes are numbered from 0; dead ones are replaced by start_node() of the same number.
  void start_head();
  void start_node(std::size_t number);
  void drain_node(std::size_t number); ///< as SIGTERM
  /// Returns: its process.
  std::size_t start_client(cluster::follower_ports ports);
  /// Before actors of a client's process that hold others' handles are stopped by the test.
  void stop_followers();

  /// Something bad to somebody, drawn: a node is killed, cut off or stopped, the coordinator too if
  /// `heads_too`; or somebody of before is well again.
  void blow(bool heads_too);
  /// All is well again: who is dead is replaced.
  void heal();
  /// Between two blows the clock moves no further than this: a minute without a coordinator is an
  /// answer in itself, and five without robots.txt.
  static constexpr auto quiet_max = std::chrono::seconds(5);
  /// Runs n steps; the clock moves when nothing else can, up to quiet_max.
  void turns(std::size_t n);

  bool is_up(std::size_t number); ///< as the coordinator sees it
  std::size_t blows() const { return blows_; }
  std::vector<std::string> lines; ///< of the agents' logs

  simulated_network net;

private:
  struct node;
  void stop_node(node& n);

  make_head heads_;
  make_work work_;
  std::uint32_t roles_;
  struct head;
  std::vector<std::unique_ptr<head>> coordinators_; // the last one lives, or none
  std::vector<std::unique_ptr<node>> nodes_;        // all that ever were
  std::vector<node*> now_;                          // by number
  std::vector<cluster::client_actor> followers_;
  std::size_t blows_ = 0;
};

} // namespace troupe::test
