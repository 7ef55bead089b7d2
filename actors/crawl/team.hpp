// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <map>

#include "actors/crawl/ports.hpp"
#include "messages/crawl_far.hpp"
#include "runtime/mail.hpp"

namespace troupe::crawl {

/// The world as a team sees it.
struct team_ports {
  /// Returns: the outside of one crawl; what it writes and shows is not used.
  std::function<crawl_ports(const crawl_plan&, const far_http&)> make_ports;
  std::function<void()> left; ///< after team_leaves, once; also if it is stopped before
};

/// One node's part in all crawls of one head: offers itself, and has a foreman for each of them.
class team {
public:
  static constexpr const char* name = "team";
  team(team_actor::pointer self, crawl_head_actor head, team_ports ports, crew_limits crew);
  ~team();
  team(const team&) = delete;
  team& operator=(const team&) = delete;
  team_actor::behavior_type make_behavior();

private:
  void open(const crawl_opened& x);
  void gone(std::uint64_t crawl);
  void leave();
  void tell_if_left();

  team_actor::pointer self_;
  crawl_head_actor head_;
  team_ports ports_;
  crew_limits crew_;
  runtime::watcher watcher_;
  std::map<std::uint64_t, foreman_actor> foremen_; // by crawl
  bool leaving_ = false;
};

} // namespace troupe::crawl
