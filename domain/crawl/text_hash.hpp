// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string_view>

namespace troupe::crawl {

/// Who does not know it cannot choose texts that collide.
struct text_key {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};

/// For tables that compare the texts as well: a multiplication to 128 bits for 8 bytes, folded.
std::uint64_t table_hash(std::string_view text, const text_key& key);

/// For what has the hash alone: SipHash-1-3, 64 bits, of which every one depends on all of text and
/// key. Cost: a URL of 60 bytes about twice a table_hash(), some 15 ns more.
/// Source: Aumasson and Bernstein, SipHash: a fast short-input PRF, 2012; with one round a word and
/// three at the end, as hash tables of several languages have it.
std::uint64_t fingerprint(std::string_view text, const text_key& key);

} // namespace troupe::crawl
