// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace troupe::primes {

/// A number above 64 bits, as decimal digits, and its place in a list.
struct large_number {
  std::uint32_t at = 0;
  std::string digits;
  bool operator==(const large_number&) const = default;
};

/// Numbers in their order: those that fit are in `numbers`; in place of one that does not there is
/// a 0, and its digits are in `large`, in ascending order of places.
struct number_list {
  std::vector<std::uint64_t> numbers;
  std::vector<large_number> large;
  bool operator==(const number_list&) const = default;
};

/// Returns: whether the large numbers' places are within the list and ascend.
inline bool in_order(const number_list& list) {
  std::size_t next = 0;
  for (const auto& x : list.large) {
    if (x.at < next || x.at >= list.numbers.size())
      return false;
    next = x.at + std::size_t{1};
  }
  return true;
}

} // namespace troupe::primes
