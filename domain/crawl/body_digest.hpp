// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string_view>

namespace troupe::crawl {

/// 128 bits that stand for a page's body. All zero: of none.
struct body_digest {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  bool set() const { return (first | second) != 0; }
  friend bool operator==(const body_digest&, const body_digest&) = default;
};

/// Returns: SipHash-2-4 of 128 bits under a key that is the same everywhere, since nodes and later
/// lives of a crawl have to agree. That any two of n bodies have one digest has the odds n^2 /
/// 2^129: 1.5e-27 for a million. Nobody is known to be able to make two bodies of one digest; who
/// could would gain a wrong mark.
/// Cost: about 1.5 cycles a byte; 4 microseconds for 6 KB.
/// Source: Aumasson and Bernstein, SipHash: a fast short-input PRF, 2012, and the 128-bit variant
/// of its reference program.
body_digest digest_of(std::string_view body);

/// The same under any key. What tests hold against the reference's vectors.
body_digest siphash_128(std::string_view bytes, std::uint64_t key0, std::uint64_t key1);

} // namespace troupe::crawl
