// SPDX-License-Identifier: BSD-3-Clause
#include "domain/compare/spread.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace troupe::compare {

namespace {

// splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). The
// standard library's shuffle differs from one library to the next.
std::uint64_t drawn(std::uint64_t& state) {
  auto z = state += 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

} // namespace

spread spread_of(std::vector<double> values) {
  if (values.empty())
    return {};
  std::sort(values.begin(), values.end());
  const auto middle = values.size() / 2;
  const auto median =
      values.size() % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {median, values.front(), values.back()};
}

bool overlap(const spread& a, const spread& b) { return a.low <= b.high && b.low <= a.high; }

double quantile(const std::vector<double>& ascending, double share) {
  if (ascending.empty())
    return 0;
  const auto rank = std::ceil(share * static_cast<double>(ascending.size()));
  const auto index = static_cast<std::size_t>(std::max(rank, 1.0)) - 1;
  return ascending[std::min(index, ascending.size() - 1)];
}

std::vector<std::size_t> drawn_order(std::uint64_t seed, std::uint64_t round, std::size_t count) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::uint64_t state = seed ^ (round * 0xd1342543de82ef95ULL);
  for (auto left = count; left > 1; --left)
    std::swap(order[left - 1], order[drawn(state) % left]); // its bias is far below 2^-50
  return order;
}

} // namespace troupe::compare
