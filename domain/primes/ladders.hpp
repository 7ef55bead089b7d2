// SPDX-License-Identifier: BSD-3-Clause
// For primality.cpp and batch_portable.cpp: both tests on a few numbers side by side. While the
// processor waits for one's product, it begins another's.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "domain/primes/montgomery.hpp"

namespace troupe::primes {

inline constexpr int window_bits = 6;

/// Powers of 1/2, which are 1 and -1 for the same exponents as those of 2: to multiply by them is
/// to shift, six bits of the exponent at once; and they begin without a division, at 2^64 / 2^t.
struct strong_lane {
  montgomery m;
  std::uint64_t odd; ///< n - 1 without its twos
  std::uint64_t x;
  int twos;

  void begin(std::uint64_t n) {
    m = montgomery{n};
    twos = std::countr_zero(n - 1);
    odd = (n - 1) >> twos;
  }
  /// How many windows follow the first.
  int windows() const { return (64 - std::countl_zero(odd) - 1) / window_bits; }
  unsigned window(int at) const {
    return static_cast<unsigned>(odd >> (at * window_bits)) & ((1U << window_bits) - 1);
  }
  /// Begins at the window `at`, the exponent's first or, of a short one beside longer ones, empty.
  void set(int at) {
    const auto t = window(at);
    if (t == 0) {
      x = m.one();
      return;
    }
    x = std::uint64_t{1} << (64 - t);
    if (x >= m.modulus())
      x %= m.modulus();
  }
  /// Of a prime, the last x that is not 1 is -1.
  bool end() {
    const auto n = m.modulus();
    auto plain = m.plain(x);
    if (plain == 1 || plain == n - 1)
      return true;
    for (int i = 1; i < twos; ++i) {
      x = m.square(x);
      plain = m.plain(x);
      if (plain == n - 1)
        return true;
    }
    return false;
  }
};

/// The strong test to base 2. Takes: odd numbers above 4.
template <std::size_t lanes>
void strong_lanes(const std::uint64_t* numbers, std::uint8_t* passed) {
  strong_lane lane[lanes];
  int at = 0;
  for (std::size_t i = 0; i < lanes; ++i) {
    lane[i].begin(numbers[i]);
    at = std::max(at, lane[i].windows());
  }
  std::uint64_t x[lanes];
  for (std::size_t i = 0; i < lanes; ++i) {
    lane[i].set(at);
    x[i] = lane[i].x;
  }
  while (at-- > 0) {
    for (int bit = 0; bit < window_bits; ++bit)
      for (std::size_t i = 0; i < lanes; ++i)
        x[i] = lane[i].m.square(x[i]);
    for (std::size_t i = 0; i < lanes; ++i)
      x[i] = lane[i].m.halve(x[i], lane[i].window(at));
  }
  for (std::size_t i = 0; i < lanes; ++i) {
    lane[i].x = x[i];
    passed[i] = lane[i].end() ? 1 : 0;
  }
}

/// v = V_k and w = V_(k+1): V_2k = V_k^2 - 2, V_(2k+1) = V_k V_(k+1) - P.
struct lucas_lane {
  montgomery m;
  std::uint64_t even; ///< n + 1
  std::uint64_t two, p, v, w;

  void begin(std::uint64_t n, std::uint64_t parameter) {
    m = montgomery{n};
    even = n + 1;
    const auto one = m.one();
    two = m.add(one, one);
    p = m.add(two, one);
    for (; parameter > 3; --parameter)
      p = m.add(p, one);
    v = two;
    w = p;
  }
  void step(int place) {
    const bool odd = (even >> place & 1) != 0;
    const auto mixed = m.subtract(m.multiply(v, w), p);
    const auto doubled = m.subtract(m.square(odd ? w : v), two);
    v = odd ? mixed : doubled;
    w = odd ? doubled : mixed;
  }
  /// Of a prime, V_d is 2 or -2 and U_d is 0, or one of V_d, V_2d ... V_(n+1)/4 is 0.
  bool end(int place) {
    int twos = std::countr_zero(even);
    while (place > twos)
      step(--place);
    // U_d is 0 exactly if 2 V_(d+1) = P V_d.
    if (v == two && w == p)
      return true;
    if (m.add(v, two) == 0 && m.add(w, p) == 0)
      return true;
    for (; twos > 1; --twos) {
      if (v == 0)
        return true;
      v = m.subtract(m.square(v), two);
    }
    return false;
  }
};

/// The extra strong Lucas test. Takes: odd n below 2^64 - 1, and their lucas_parameter(), at
/// least 3.
template <std::size_t lanes, class Parameter>
void lucas_lanes(const std::uint64_t* numbers, const Parameter* parameters, std::uint8_t* passed) {
  lucas_lane lane[lanes];
  int place = 0;
  int end = 0; // where the exponents' lowest bits begin
  for (std::size_t i = 0; i < lanes; ++i) {
    lane[i].begin(numbers[i], parameters[i]);
    place = std::max(place, 64 - std::countl_zero(lane[i].even));
    end = std::max(end, std::countr_zero(lane[i].even));
  }
  while (place > end) {
    --place;
    for (std::size_t i = 0; i < lanes; ++i)
      lane[i].step(place);
  }
  for (std::size_t i = 0; i < lanes; ++i)
    passed[i] = lane[i].end(place) ? 1 : 0;
}

} // namespace troupe::primes
