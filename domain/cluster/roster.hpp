// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/cluster/node.hpp"

namespace troupe::cluster {

struct roster_limits {
  std::size_t nodes_max = 256; ///< at once; further ones are refused
  std::size_t gone_max = 256;  ///< kept of those that are down or left; the oldest go first
};

/// Who belongs to the cluster: the coordinator's table.
///
///     came -> up <-> suspect -> down -> came again, under the same name
///              |                  |
///              +--> draining -----+---> left
///
/// A name belongs to one process at a time. One that was started again may come before the loss of
/// the old one was noticed: it is refused, and tries again.
/// Takes: the time, from its owner. Cost: linear in the nodes, which are few.
class roster {
public:
  explicit roster(roster_limits bounds = {}) : bounds_(bounds) {}

  /// Returns: "", or why it cannot be let in, as a sentence.
  std::string came(const node_facts& facts, std::int64_t now_unix_ms);

  // Of a process that is not, or no longer, in the table, nothing is noted.
  void heard(std::uint64_t instance, std::int64_t now_unix_ms);
  void silent(std::uint64_t instance, std::string_view why, std::int64_t now_unix_ms);
  void lost(std::uint64_t instance, std::string_view why, std::int64_t now_unix_ms);
  void drains(std::uint64_t instance, std::int64_t now_unix_ms);
  /// It has nothing left to do, and goes: its lost() is no misfortune.
  void goes(std::uint64_t instance, std::int64_t now_unix_ms);

  /// Returns: those that are there and those that are gone, by their names.
  std::vector<node_report> all() const;
  const node_report* find(std::string_view name) const;
  const node_report* find(std::uint64_t instance) const;
  /// Returns: how many are not gone.
  std::size_t present() const;

private:
  node_report* one(std::uint64_t instance);
  void change(node_report& n, node_state to, std::string_view why, std::int64_t now_unix_ms);
  void forget_oldest();

  roster_limits bounds_;
  std::vector<node_report> nodes_; // by name
};

inline bool is_gone(node_state s) { return s == node_state::down || s == node_state::left; }

} // namespace troupe::cluster
