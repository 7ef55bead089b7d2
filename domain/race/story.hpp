// SPDX-License-Identifier: BSD-3-Clause
//
// One order as a story: what each step did, how the world stands after it, and from where on
// nothing could save it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/race/orders.hpp"
#include "domain/race/shortest.hpp"

namespace troupe::race {

struct story_step {
  std::uint8_t who = 0;
  happening told;
  world after;
  std::int64_t money_off = 0;       ///< after it: beyond what there was at first
  std::vector<std::string> waits;   ///< what each of the cast waits for after it; "": nothing
  std::optional<order_counts> ways; ///< how the ways on from here end, if orders were counted
};

struct story {
  order steps; ///< until the flaw shows
  flaw wrong = flaw::none;
  bool ended = false; ///< nobody is left who can go on, or the flaw shows
  std::size_t switches = 0;
  std::vector<story_step> told;
  /// The step, from 1, after which no way on holds any more, though before it one did. 0: not so
  /// much as one order holds. None: it holds, or orders were not counted.
  std::optional<std::size_t> lost_after;
};

/// Takes: an order or the beginning of one; the graph of the same model, if there is one.
/// Throws: std::invalid_argument if somebody in it cannot step there.
story tell_story(const model& m, const order& steps, const order_graph* graph);

/// Returns: how the world stands, in one line: "A 200, B 1800; ta has 800; tb holds the lock of B".
std::string standing(const model& m, const world& w);

/// Returns: how the story ends: "overdrawn: A holds -600", "deadlocked: ta waits for ...".
std::string ending(const model& m, const story& s);

} // namespace troupe::race
