// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/primes/verdict.hpp"

namespace troupe::primes {

struct prime_power {
  std::string prime; ///< decimal
  std::uint32_t exponent = 0;
  /// prime below 2^64; above, what judge's `fast` says: probable_prime
  verdict how_sure = verdict::prime;
  friend bool operator==(const prime_power&, const prime_power&) = default;
};

struct factor_limits {
  std::size_t digits_max = 1000;    ///< of the number
  std::size_t hard_digits_max = 75; ///< of a composite for the sieve; larger ones get curves only
};

/// The complete factorization, smallest prime first; of 1 it is empty. Divides by small primes,
/// then tries elliptic curves (Lenstra, Ann. of Math. 126, 1987), then FLINT's quadratic sieve.
/// Takes: decimal digits. `stop` is asked between the steps, of which the longest, a quadratic
/// sieve of 75 digits, takes about a minute. Faults: invalid for 0 and for what is no number;
/// too_large for more digits than digits_max; out_of_reach if a composite of more than
/// hard_digits_max remains; cancelled. Cost: microseconds below 2^64; about a second for two primes
/// of 30 digits each.
tl::expected<std::vector<prime_power>, fault> factorize(std::string_view decimal,
                                                        const std::function<bool()>& stop = {},
                                                        const factor_limits& limits = {});

} // namespace troupe::primes
