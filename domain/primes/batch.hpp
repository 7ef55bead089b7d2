// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace troupe::primes {

/// How a batch is tested. All give the same verdicts, at different speeds.
enum class batch_path : std::uint8_t {
  best = 0,     ///< the fastest that this processor has
  portable = 1, ///< several numbers side by side in ordinary registers
  ifma = 2,     ///< AVX-512 with 52-bit multiply-add, eight numbers a register
};

/// Returns: "best", "portable", "ifma".
std::string_view to_string(batch_path path);

/// Returns: whether this processor, and this build, can go that way.
bool has_path(batch_path path);

/// Are they prime? Writes 1 or 0 for each into `verdicts`, which has to be as long. Each is tested
/// as completely as by is_prime. Takes: a path that has_path.
/// Cost: by ifma, a prime of 64 bits takes less than a tenth of FLINT's n_is_prime; by portable, a
/// third (bench/primes). 24 KB of stack.
/// Threads: any number at once.
void are_prime(std::span<const std::uint64_t> numbers, std::span<std::uint8_t> verdicts,
               batch_path path);

} // namespace troupe::primes
