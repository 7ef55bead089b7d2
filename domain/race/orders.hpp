// SPDX-License-Identifier: BSD-3-Clause
//
// All orders of a small race, without playing each: worlds are few where orders are many, since
// orders that lead to an equal world have the same future. The walk visits every world once and
// adds up, from the end backwards, how many ways lead on from it and how they end. So
//
//   orders    are counted exactly: each list of steps from the first world until nobody can go on
//   worlds    are what was looked at
//   a number  is an order's place, from 1, when all are sorted by who steps first, second ... in
//             the order of the cast; it is found, and turned into the order, by the counts alone
//   a word    is the same order spelled out: a mark for each step ("abba")
//   lost      is a world from which no way on holds any more, though nothing is wrong yet
//
// An order whose flaw shows early is counted to its end all the same.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "domain/race/model.hpp"

namespace troupe::race {

inline constexpr std::size_t worlds_max_usual = 300'000;
inline constexpr std::size_t steps_max = 1000; ///< of one order; none of ours comes near

/// Who steps, one after the other; indices of the cast.
using order = std::vector<std::uint8_t>;

/// Orders by how they end. Counts stop at the largest number of 64 bits; `full` says that one did,
/// and then they say "at least", and orders have no numbers.
struct order_counts {
  std::array<std::uint64_t, flaws> by{};
  bool full = false;
  std::uint64_t of(flaw f) const { return by[static_cast<std::size_t>(f)]; }
  std::uint64_t all() const;
  std::uint64_t broken() const;
  void add(const order_counts& more);
};

/// See the head of this file.
class order_graph {
public:
  /// Cost: a step for each world and each who can go on in it; 200 to 290 bytes a world.
  /// Returns: none if there are more than `worlds_max` worlds.
  static std::optional<order_graph> explore(const model& m,
                                            std::size_t worlds_max = worlds_max_usual);

  const order_counts& all() const { return nodes_.front().ends; }
  std::size_t worlds() const { return nodes_.size(); }
  /// Takes: a world of this model. Returns: how the ways on from it end.
  const order_counts& from(const world& w) const;
  /// Returns: the fewest steps from this world on until a flaw of that kind shows (none: any kind);
  /// no number if it cannot come to that any more.
  std::optional<std::size_t> soonest(const world& w, flaw wanted = flaw::none) const;
  /// Takes: 1 to all().all(). Returns: none beyond, or if orders have no numbers.
  std::optional<order> by_number(std::uint64_t number) const;
  /// Takes: an order, or the beginning of one. Returns: the least number that begins so; none if
  /// orders have no numbers. Throws: std::invalid_argument if somebody in it cannot step there.
  std::optional<std::uint64_t> number_of(const order& steps) const;

private:
  static constexpr std::uint16_t never = 0xffff;
  struct node {
    order_counts ends;
    std::array<std::uint16_t, flaws> soonest{never, never, never, never};
  };
  explicit order_graph(const model& m) : model_(&m) {}
  friend class order_walker;

  const model* model_;
  std::unordered_map<std::string, std::uint32_t> index_;
  std::vector<node> nodes_; // 0: the first world
};

/// Returns: the order's word.
std::string to_word(const model& m, const order& steps);
/// Throws: std::invalid_argument, in one line, if a mark is nobody's.
order parse_word(const model& m, std::string_view word);

/// Plays one order drawn at random: at each step one of those who can go on, all alike. The same
/// seed and number are the same order, on every machine.
order draw_order(const model& m, std::uint64_t seed, std::uint64_t number);

} // namespace troupe::race
