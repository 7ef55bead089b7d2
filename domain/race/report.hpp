// SPDX-License-Identifier: BSD-3-Clause
//
// What one asks of the explorer, and what comes of it: for words (report_text.cpp), for JSON
// (report_json.cpp) and as a timeline (trace.hpp).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "domain/race/story.hpp"

namespace troupe::race {

inline constexpr std::uint64_t schedules_max = 10'000'000;

/// What was found by drawing orders at random.
struct drawn_orders {
  std::uint64_t seed = 0;
  std::uint64_t schedules = 0; ///< how many were drawn
  order_counts ends;
  std::uint64_t first_number = 0; ///< the first schedule that failed; 0: none did
  short_order first;              ///< until its flaw
};

/// See the head of this file.
struct report {
  plan asked;
  std::string command; ///< to do it again: what " --replay ORDER" is put behind; "": not known
  std::shared_ptr<const model> made;
  std::optional<order_counts> all; ///< if orders were counted
  std::size_t worlds = 0;          ///< that were looked at for it
  std::optional<drawn_orders> drawn;
  bool replayed = false;
  std::optional<short_order> shrunk;   ///< the shown order, if it is a shrunk one
  story shown;                         ///< the order that fails soonest; or else the first one
  std::optional<std::uint64_t> number; ///< the shown order's, if orders were counted
  /// Returns: was a flaw found, in whatever was looked at?
  bool fails() const;
};

/// More worlds than allowed. what() is one line.
class too_many_worlds : public std::runtime_error {
public:
  explicit too_many_worlds(std::size_t worlds_max);
};

/// Counts all orders; shows the shortest that fails, or the first one.
/// Throws: std::invalid_argument for a plan that makes no model; too_many_worlds.
report explore_all(const plan& p, std::size_t worlds_max = worlds_max_usual);

/// Draws orders at random; shows the first that fails, made as short as can be; or the first one.
/// All orders are counted besides, if they are not too many.
report explore_some(const plan& p, std::uint64_t schedules, std::uint64_t seed,
                    std::size_t worlds_max = worlds_max_usual);

/// Plays one order again. Takes: its number, or its word, which may stop early.
/// Throws: std::invalid_argument if there is no such order; too_many_worlds for a number.
report replay(const plan& p, const std::string& which, std::size_t worlds_max = worlds_max_usual);

/// Returns: the command that plays the shown order again; "" if it is not known.
std::string again(const report& r);

/// Returns: lines of text, each with its end.
std::string report_text(const report& r);

/// Returns: one JSON object in one line; web/race/race.js shows it.
std::string report_json(const report& r);

} // namespace troupe::race
