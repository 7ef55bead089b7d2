// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "io/primes/stream.hpp"

namespace troupe::io {

/// How large the next block should be. Numbers cost from some 10 ns to minutes: it begins with one
/// line (quick methods: with a few thousand bytes) and goes on by what blocks have taken so far, so
/// that no worker sits alone with the last block, nor spends its time on fetching blocks.
class block_pace {
public:
  using duration = std::chrono::nanoseconds;

  explicit block_pace(const prime_plan& plan)
      : bytes_max_(std::max<std::size_t>(plan.block_bytes_max, 1)),
        bytes_(plan.job.how == primes::method::fast ? std::min(bytes_max_, first_bytes) : 1) {}

  std::size_t bytes() const { return bytes_; }

  /// Takes: what a block had, and how long its check took.
  void learn(std::size_t block_bytes, duration took) {
    const auto ideal = static_cast<double>(block_bytes) * target / std::max(took, duration{1});
    // At most twice what was seen: one quick block says little of the next.
    const auto grown = std::max(bytes_, 2 * block_bytes);
    const auto bound = static_cast<double>(std::min(bytes_max_, grown));
    bytes_ = static_cast<std::size_t>(std::clamp(ideal, 1.0, bound));
  }

private:
  static constexpr std::size_t first_bytes = 4096;
  static constexpr duration target = std::chrono::milliseconds(2);

  std::size_t bytes_max_;
  std::size_t bytes_;
};

} // namespace troupe::io
