// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <bit>
#include <cstdint>

namespace troupe::crawl {

/// SipHash's four words: how they begin, and what one round does to them. How many rounds a word
/// and an end take is up to the variant. Source: Aumasson and Bernstein, "SipHash: a fast
/// short-input PRF" (2012).
struct sip_state {
  sip_state(std::uint64_t key0, std::uint64_t key1)
      : a(key0 ^ 0x736f6d6570736575u), b(key1 ^ 0x646f72616e646f6du), c(key0 ^ 0x6c7967656e657261u),
        d(key1 ^ 0x7465646279746573u) {}

  void round() {
    a += b;
    c += d;
    b = std::rotl(b, 13) ^ a;
    d = std::rotl(d, 16) ^ c;
    a = std::rotl(a, 32);
    c += b;
    a += d;
    b = std::rotl(b, 17) ^ c;
    d = std::rotl(d, 21) ^ a;
    c = std::rotl(c, 32);
  }
  void rounds(int n) {
    for (; n > 0; --n)
      round();
  }

  std::uint64_t a, b, c, d;
};

} // namespace troupe::crawl
