// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "domain/primes/integer.hpp"

namespace troupe::primes {

/// A factorization under way: step by step, so that whoever has enough of it, or enough factors,
/// can leave. For .cpp files; the public face is factorize().
class factoring {
public:
  enum class state { going, stopped };
  struct part {
    integer number;
    ulong exponent = 1;
  };

  /// Takes: n >= 1.
  factoring(integer n, std::function<bool()> stop, std::size_t hard_digits_max);

  bool done() const { return open_.empty(); }
  /// Splits one part, or finds that it is prime (BPSW) or too hard. Takes: not done().
  state step();

  /// The primes found so far, with multiplicities.
  const std::map<integer, ulong>& primes() const { return primes_; }
  /// Composites of more than `hard_digits_max` digits.
  const std::vector<part>& unsplit() const { return unsplit_; }

private:
  void add_word(ulong n, ulong exponent);
  state split(const part& composite);
  std::optional<state> try_curves(const part& composite, ulong b1, ulong b2, int curves);

  std::function<bool()> stop_;
  std::size_t hard_digits_max_;
  std::map<integer, ulong> primes_;
  std::vector<part> open_, unsplit_;
};

} // namespace troupe::primes
