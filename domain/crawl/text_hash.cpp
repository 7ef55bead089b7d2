// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/text_hash.hpp"

#include <bit>
#include <cstring>

#include "domain/crawl/sip_state.hpp"

namespace troupe::crawl {

namespace {

std::uint64_t word_at(const char* at) {
  std::uint64_t w;
  std::memcpy(&w, at, sizeof w);
  if constexpr (std::endian::native == std::endian::big)
    w = __builtin_bswap64(w);
  return w;
}

void take(sip_state& s, std::uint64_t word) {
  s.d ^= word;
  s.round();
  s.a ^= word;
}

__extension__ typedef unsigned __int128 wide;

/// Multiplies to 128 bits and folds: every input bit reaches every output bit.
std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  const wide product = static_cast<wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

} // namespace

std::uint64_t table_hash(std::string_view text, const text_key& key) {
  constexpr std::uint64_t odd1 = 0xa24baed4963ee407ull;
  constexpr std::uint64_t odd2 = 0x9fb21c651e98df25ull;
  std::uint64_t h = key.first ^ (text.size() * odd2);
  const char* at = text.data();
  std::size_t left = text.size();
  for (; left >= 8; at += 8, left -= 8)
    h = fold(h ^ word_at(at), odd1);
  if (left > 0) {
    std::uint64_t rest = 0;
    std::memcpy(&rest, at, left);
    h = fold(h ^ rest, odd1);
  }
  h = fold(h ^ key.second, odd2);
  return h ^ (h >> 32);
}

std::uint64_t fingerprint(std::string_view text, const text_key& key) {
  sip_state s{key.first, key.second};
  const char* at = text.data();
  std::size_t left = text.size();
  for (; left >= 8; at += 8, left -= 8)
    take(s, word_at(at));
  std::uint64_t last = static_cast<std::uint64_t>(text.size()) << 56;
  for (std::size_t i = 0; i < left; ++i)
    last |= static_cast<std::uint64_t>(static_cast<unsigned char>(at[i])) << (8 * i);
  take(s, last);
  s.c ^= 0xff;
  s.rounds(3);
  return s.a ^ s.b ^ s.c ^ s.d;
}

} // namespace troupe::crawl
