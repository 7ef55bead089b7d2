// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <boost/unordered/unordered_flat_map.hpp>

namespace troupe::crawl {

/// Which team of fetchers does a host's pages, so that its connections are used again and one
/// place alone is seen by it.
///
/// A host's home is the team with the fewest hosts when it is first seen, and stays it while that
/// team has hands. Pages of hosts whose home has a hand free go first; if there are none, another
/// team's hand helps out: one large host keeps all teams busy.
///
///     hand_came(team), hand_went(team)       a team without hands is forgotten, and its hosts'
///     hand_free(team)                        homes with it
///     suits(host) -> whether that would be its home; for whoever chooses the host
///     pick(host) -> a team with a free hand, which is no longer free
///
/// Cost: pick() is a look-up, and linear in the teams where the home has no hand free. Memory:
/// about 60 bytes a host.
class host_homes {
public:
  using team_id = std::uint64_t;

  void hand_came(team_id team);
  /// Takes: how often it had said that it is free, and was not picked.
  void hand_went(team_id team, std::size_t free);
  void hand_free(team_id team);
  /// The team's free hands get nothing more, and it is no new host's home.
  void leave(team_id team);

  /// Returns: whether a page of that host would go to its home.
  bool suits(std::string_view host) const;
  /// Returns: none if no hand is free.
  std::optional<team_id> pick(std::string_view host);
  bool any_free() const { return free_ > 0; }
  bool leaves(team_id team) const;
  /// Returns: the home of a host that was seen, if there is one.
  std::optional<team_id> home_of(std::string_view host) const;

private:
  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };
  struct team {
    std::size_t hands = 0;
    std::size_t free = 0;
    std::size_t hosts = 0;
    bool leaving = false;
  };
  team_id settle(std::string_view host);

  std::map<team_id, team> teams_;
  boost::unordered_flat_map<std::string, team_id, text_hash, std::equal_to<>> homes_;
  std::size_t free_ = 0; // of all teams
};

} // namespace troupe::crawl
