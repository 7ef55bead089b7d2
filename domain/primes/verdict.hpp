// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace troupe::primes {

/// What is said of one number. The values are part of messages and files: append only.
enum class verdict : std::uint8_t {
  composite = 0,      ///< for certain; 0 and 1 count as such
  prime = 1,          ///< for certain
  probable_prime = 2, ///< above 2^64, passed a test that no composite is known to pass
  invalid = 3,        ///< no number: something else than decimal digits, or nothing
  too_large = 4,      ///< above a named limit of the method
  cancelled = 5,      ///< it was told to stop before it knew
};

/// How hard to try.
enum class method : std::uint8_t {
  trial = 0, ///< the tutorial's trial division; below 2^64 only
  fast = 1,  ///< certain below 2^64, a probable prime above
  prove = 2, ///< certain for every size; above 2^64 it takes long
};

/// Returns: "composite", "prime", "probable prime", "invalid", "too large", "cancelled".
std::string_view to_string(verdict v);
/// Returns: "trial", "fast", "prove".
std::string_view to_string(method m);
/// Returns: nothing if it is no method's name.
std::optional<method> parse_method(std::string_view name);

/// Why there is no answer, where the answer is more than a verdict.
enum class fault : std::uint8_t {
  invalid = 0,      ///< no number, or one for which the question has no sense
  too_large = 1,    ///< above a named limit
  cancelled = 2,    ///< it was told to stop
  not_prime = 3,    ///< a certificate was asked for, of a composite
  out_of_reach = 4, ///< a certificate was asked for, and none of our kind was found
};

/// Returns: a few words without a full stop.
std::string_view to_string(fault f);

} // namespace troupe::primes
