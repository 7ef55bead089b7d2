// SPDX-License-Identifier: BSD-3-Clause
//
// The shortest order that fails: fewest steps until the flaw shows, and of those, the fewest
// changes of who runs. Breadth first, so that when it is found, all shorter ones have been looked
// at and none of them fails. Where there are too many worlds for that, shrink() makes a known order
// shorter by trying, and can promise nothing.
#pragma once

#include <optional>

#include "domain/race/orders.hpp"

namespace troupe::race {

struct short_order {
  order steps; ///< until the flaw shows, and no further
  flaw wrong = flaw::none;
  std::size_t switches = 0;  ///< how often another one runs than before
  bool proven = false;       ///< there is no shorter one with such a flaw
  std::size_t looked_at = 0; ///< worlds, each with who ran last; or orders that were tried
};

/// Takes: the flaw to look for; none: any. The graph of the same model, if there is one: then only
/// worlds on a shortest way are looked at. Of equally short ones the first is taken, and that is
/// the same each time. Returns: none if no order fails so, or if it took more than `worlds_max`
/// worlds to say, each counted once for everybody who ran last.
std::optional<short_order> shortest(const model& m, flaw wanted = flaw::none,
                                    std::size_t worlds_max = worlds_max_usual,
                                    const order_graph* graph = nullptr);

/// Takes: a graph in which an order fails so. Returns: the first order with the fewest steps, cut
/// at its flaw; others may have as few, and fewer changes of who runs.
order soonest_order(const model& m, const order_graph& graph, flaw wanted = flaw::none);

/// Takes: an order that fails. Cuts it at its flaw, leaves out people, and moves steps together, as
/// long as the same flaw shows with fewer steps, or as many and fewer changes of who runs.
/// Cost: a play of the order for each of its steps squared, for each time that it got better.
short_order shrink(const model& m, const order& failing);

/// Returns: the order as far as its first flaw, with that flaw; or all of it, with none.
/// Throws: std::invalid_argument if somebody in it cannot step there.
short_order until_flaw(const model& m, const order& steps);

} // namespace troupe::race
