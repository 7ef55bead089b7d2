// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <caf/actor_system.hpp>

#include "actors/crawl/head.hpp"
#include "actors/crawl/team.hpp"
#include "messages/crawl_far.hpp"
#include "messages/crawl_keep.hpp"

namespace troupe::crawl {

/// A head for who is no actor. Ends all its crawls when it is destroyed.
class far_head {
public:
  /// Takes: `state_folder`, where it keeps what crawls finish, so that the next head on that folder
  /// can go on with them; "": they end with it. Throws: as io::crawl_state.
  explicit far_head(caf::actor_system& system, const std::string& state_folder = "",
                    head_limits bounds = {});
  ~far_head();
  far_head(const far_head&) = delete;
  far_head& operator=(const far_head&) = delete;
  const crawl_head_actor& head() const { return head_; }

private:
  keeper_actor keeper_;
  crawl_head_actor head_;
};

/// A node's team, for who is no actor.
class far_team {
public:
  using make_ports = std::function<crawl_ports(const crawl_plan&, const far_http&)>;
  /// Takes: `parsers`, of each crawl.
  far_team(caf::actor_system& system, const crawl_head_actor& head, unsigned parsers,
           make_ports make);
  /// Stops it at once.
  ~far_team();
  far_team(const far_team&) = delete;
  far_team& operator=(const far_team&) = delete;
  /// It finishes the pages that it has and takes no more; then `done` is called, once, on a thread
  /// of the actors'; also if it cannot, because it is stopped.
  void drain(std::function<void()> done);

private:
  std::shared_ptr<std::function<void()>> done_;
  team_actor team_;
};

} // namespace troupe::crawl
