// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "actors/cluster/ports.hpp"
#include "io/cluster/links.hpp"
#include "messages/cluster.hpp"

namespace troupe::cluster {

/// What a process of a cluster is, and how it is reached.
struct process_options {
  std::string name;                  ///< of the node; "": the host's, and the process id
  std::uint32_t roles = 0;           ///< bits of cluster::role; 0: a client
  std::uint32_t processors = 0;      ///< that it works with; 0: all there are
  std::string address = "127.0.0.1"; ///< to listen on; off loopback needs tls_dir
  std::optional<std::uint16_t> port; ///< 0: any free one; none: nobody can connect to it
  std::string tls_dir;               ///< see links_options
  link_bounds bounds;
  unsigned threads = 0; ///< for its actors; 0: one a processor, and two besides
  bool batch = false;   ///< see runtime::system_options
  /// Called with a line for the log, on any thread; may be empty.
  std::function<void(const std::string& line)> say;
};

/// One process of a cluster: an actor system, the links to other processes, and the port between
/// the two.
///
///     serve(coordinator)                 who connects is shown this actor, which is told of links
///     serve_door(signpost)               who connects is shown this actor, which is told nothing
///     seeking()                          for an agent or a follower of this process
class process {
public:
  /// Binds, but lets nobody in yet. Throws: as links, and std::system_error.
  explicit process(process_options options);
  /// Ends all links, then waits until the actors have ended, which their owner has stopped before.
  ~process();
  process(const process&) = delete;
  process& operator=(const process&) = delete;

  caf::actor_system& system();
  const node_facts& self() const;
  std::uint16_t port() const; ///< 0 if nobody can connect to it

  /// Lets others in. Call one of these three, once.
  void serve(const coordinator_actor& whom);
  void serve_door(const door_actor& whom);
  /// For a process that only connects to others.
  void start();
  seeker_ports seeking();
  /// Says goodbye to all; nothing comes from elsewhere any more.
  void stop();

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::cluster
