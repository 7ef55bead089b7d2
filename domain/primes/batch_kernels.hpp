// SPDX-License-Identifier: BSD-3-Clause
// For batch*.cpp: the parts of a test on many numbers that each path does in its own way.
#pragma once

#include <cstddef>
#include <cstdint>

namespace troupe::primes {

/// The tests of a kernel may use, and overwrite, so many places beyond `count` in all arrays.
inline constexpr std::size_t lanes_max = 64;

/// Only smaller parameters go through the kernels' Lucas test; one in a thousand numbers needs a
/// larger one.
inline constexpr std::uint64_t lucas_parameter_max = 31;

/// A strong test's odd part of n - 1 has to be as large, so that a ladder can begin in the middle.
inline constexpr std::uint64_t odd_part_min = 64;

/// Below it, the sieve's primes would be numbers to test themselves.
inline constexpr std::uint64_t kernel_number_min = std::uint64_t{1} << 16;

struct batch_kernel {
  /// Numbers on the two sides of this border do not share a call of the tests below.
  std::uint64_t short_end;

  /// Writes 1 for each number without a small divisor, else 0. Takes: numbers >= kernel_number_min.
  void (*sieve)(const std::uint64_t* numbers, std::size_t count, std::uint8_t* survived);

  /// The strong test to base 2. Takes: what survived, with an odd part >= odd_part_min.
  void (*strong)(std::uint64_t* numbers, std::size_t count, std::uint8_t* passed);

  /// The extra strong Lucas test.
  void (*lucas)(std::uint64_t* numbers, std::uint8_t* parameters, std::size_t count,
                std::uint8_t* passed);
};

extern const batch_kernel portable_kernel;

/// Returns: nullptr if this processor or this build has none.
const batch_kernel* find_ifma_kernel();

} // namespace troupe::primes
