// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace troupe::bank {

/// Which node is to have which partition. Pure: it is told what has happened, and tells what to do
/// next; each step is under way until it is told what came of it.
///
///   empty --take--> taking --taken--> placed --give_up--> leaving --emptied--> empty
///
/// A partition goes to the node with the fewest among those that offer it, and could open it the
/// last time. One that comes when all is placed gets some of what others have, one at a time, as
/// long as that evens things out; but one that could not open something gets nothing that another
/// has, until retry_all(): each try takes a partition away from where it works.
class places {
public:
  using node_id = std::uint64_t;
  struct step {
    enum class kind : std::uint8_t { take, give_up };
    kind what{};
    std::uint32_t number = 0;
    node_id node = 0;
    friend bool operator==(const step&, const step&) = default;
  };

  explicit places(std::uint32_t partitions = 0);

  void offer(node_id node, const std::vector<std::uint32_t>& numbers);
  void withdraw(node_id node); ///< it gets nothing more, and is to give up what it has
  /// It is gone. Returns: what it had, or was to have.
  std::vector<std::uint32_t> lose(node_id node);

  /// What came of a step. Each is ignored where that node does not have the partition any more.
  void taken(std::uint32_t number, node_id node);
  void failed(std::uint32_t number, node_id node);  ///< to take it; not tried there until retry()
  void emptied(std::uint32_t number, node_id node); ///< given up, or stopped by itself
  void retry();     ///< what failed, and is nowhere, may be tried again
  void retry_all(); ///< what is elsewhere by now, too

  /// Returns: what to do now. Call it after each of the above.
  std::vector<step> next();

  std::optional<node_id> node_of(std::uint32_t number) const; ///< where it is placed
  bool is_at(std::uint32_t number,
             node_id node) const;          ///< placed there, or on its way there or away
  std::size_t load_of(node_id node) const; ///< of those
  bool has_failures() const { return !failures_.empty(); }
  bool is_offered(std::uint32_t number) const;

private:
  enum class state : std::uint8_t { empty, taking, placed, leaving };
  struct seat {
    state is = state::empty;
    node_id node = 0;
  };
  struct offered {
    std::set<std::uint32_t> numbers;
    bool withdrawn = false;
  };
  bool has_failed(node_id node) const;
  std::optional<node_id> best_for(std::uint32_t number) const;
  std::optional<step> evening_out() const;

  std::vector<seat> seats_;
  std::map<node_id, offered> nodes_;
  std::set<std::pair<std::uint32_t, node_id>> failures_;
};

} // namespace troupe::bank
