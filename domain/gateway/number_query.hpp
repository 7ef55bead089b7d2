// SPDX-License-Identifier: BSD-3-Clause
//
// The numbers in a question about primes, as they stand in an address or in a JSON array, and the
// answer's JSON object: {"17":true,"91":false}.
//
//   list    = number *( "," number )          in an address, spaces around a number allowed
//   array   = a JSON array of numbers without fraction or exponent, or of strings that hold one
//   number  = [ "-" ] 1*DIGIT                 of any size up to a named limit
//
// A key of the answer is the number as Python's int() would write it ("007" is "7"); one that comes
// twice is asked and answered once. Below zero there are no primes.
// Source: the tutorial's Flask service with ProcessPoolExecutor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/primes/number_list.hpp"
#include "domain/primes/verdict.hpp"

namespace troupe::gateway {

struct number_limits {
  std::size_t numbers_max = 1'000;       ///< of one question
  std::size_t digits_max = 1'000;        ///< of one number: about 20 ms of a processor
  std::size_t large_digits_max = 20'000; ///< of all its numbers above 64 bits together
  std::size_t shown_max = 5;             ///< bad numbers that a complaint names
  std::size_t shown_bytes_max = 40;      ///< of each of them
};

/// What was asked.
struct number_query {
  primes::number_list list;
  std::string error;  ///< "", or what is wrong and with which numbers, as a sentence
  bool large = false; ///< the error is a limit's: what was asked is too much, and not malformed

  /// Returns: the answer as JSON. Takes: a verdict a number. prime and probable_prime are true.
  std::string answer(const std::vector<primes::verdict>& verdicts) const;

  std::string text;                ///< all keys, one behind the other
  std::vector<std::uint32_t> ends; ///< where each ends in it
};

/// Takes: the part of an address, percent-decoded.
number_query read_number_list(std::string_view list, const number_limits& bounds = {});
/// Takes: a JSON text. Digits beyond 64 bits are kept, as no parser to doubles would.
number_query read_number_array(std::string_view json, const number_limits& bounds = {});

} // namespace troupe::gateway
