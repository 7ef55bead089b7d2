// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::site {

/// A small random number generator whose numbers are the same on every machine and compiler (the
/// standard library's distributions are not). SplitMix64.
class dice {
public:
  /// Takes: the site's seed, what is rolled for ("title", "graph" ...), and its number. Different
  /// words give unrelated rows of numbers, so that no page depends on another one having been made.
  dice(std::uint64_t seed, std::string_view what, std::uint64_t number);
  std::uint64_t next();
  /// Returns: 0 .. below-1. `below` must not be 0.
  std::size_t roll(std::size_t below) { return static_cast<std::size_t>(next() % below); }
  bool one_in(std::size_t n) { return roll(n) == 0; }

private:
  std::uint64_t state_;
};

/// Returns: a headline of 4 to 12 words, Chinese, English or both, sometimes with the characters
/// that HTML must escape. White space is single blanks, none at the ends: the text that a crawler
/// gives.
std::string make_headline(dice& d);

/// Returns: sentences in Chinese and English, at least `bytes_min` bytes and at most a sentence
/// more; plain text without markup characters.
std::string make_prose(dice& d, std::size_t bytes_min);

/// Returns: a name of an author, ASCII.
std::string_view author_name(std::uint64_t user);

} // namespace troupe::site
