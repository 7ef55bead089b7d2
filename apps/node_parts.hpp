// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "actors/cluster/process.hpp"
#include "apps/node_options.hpp"
#include "messages/cluster.hpp"

namespace troupe::apps {

/// What the coordinator's process does for one role: others are shown its head.
class head_part {
public:
  virtual ~head_part() = default;
  virtual void show(cluster::heads& to) const = 0;
};

/// What a node does for one role, while there is a coordinator. Called inside the node's agent, one
/// call at a time.
class work_part {
public:
  virtual ~work_part() = default; ///< stops
  /// Takes: the heads of one coordinator; start() comes again only after stop().
  /// Returns: false if it has no head for this role.
  virtual bool start(const cluster::heads& whom) = 0;
  virtual void stop() = 0; ///< at once
  /// Finishes what it has begun and asks for no more; then `done` is called once, on any thread.
  virtual void drain(std::function<void()> done) = 0;
};

using say_line = std::function<void(const std::string& line)>; ///< for the log; any thread

/// One role that nodes can have.
struct node_role {
  std::uint32_t bit = 0; ///< cluster::role
  std::unique_ptr<head_part> (*head)(cluster::process&, const node_options&);
  std::unique_ptr<work_part> (*work)(cluster::process&, const node_options&, const say_line&);
};
const std::vector<node_role>& node_roles();

node_role primes_role();
node_role bank_role();
node_role crawl_role();
node_role jobs_role();

/// All that a node does.
class work_parts {
public:
  work_parts(cluster::process& here, const node_options& options, say_line say);
  void start(const cluster::heads& whom);
  void stop();
  void drain(std::function<void()> done);

private:
  struct part {
    std::uint32_t bit = 0;
    std::unique_ptr<work_part> does;
  };
  say_line say_;
  std::vector<part> parts_;
};

} // namespace troupe::apps
