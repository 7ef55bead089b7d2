// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace troupe::bench {

/// Somebody who judges all numbers of a set.
struct contestant {
  std::string label;
  std::function<std::size_t()> count_primes; ///< how many it calls prime, or probably so
};

/// A set of numbers, and who judges it.
struct contest {
  std::string name, baseline;
  std::size_t size = 0;
  std::size_t primes = 0; ///< how many there are, by FLINT
  std::vector<contestant> contestants;
};

/// Must come before the first contest.
void start_pari();

std::vector<std::string> contest_names();
contest make_contest(const std::string& name, std::uint64_t seed);

} // namespace troupe::bench
