// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace troupe::compare {

/// What several runs of the same came to.
struct spread {
  double median = 0;
  double low = 0;
  double high = 0;
  friend bool operator==(const spread&, const spread&) = default;
};

/// Takes: any number of values, in any order. Returns: all zero of none; of an even number the mean
/// of the middle two is the median.
spread spread_of(std::vector<double> values);

/// Returns: is there a value that is in both ranges? Then nothing is said about who is faster.
bool overlap(const spread& a, const spread& b);

/// Returns: the value below or at which `share` of them lie (nearest rank), 0 of none.
/// Takes: ascending values; a share in [0, 1].
double quantile(const std::vector<double>& ascending, double share);

/// Returns: 0 .. count - 1, shuffled: the same for the same seed and round everywhere, so that a
/// report's order of runs can be drawn again. Every round has its own.
std::vector<std::size_t> drawn_order(std::uint64_t seed, std::uint64_t round, std::size_t count);

} // namespace troupe::compare
