// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/body_digest.hpp"

#include <cstddef>

#include "domain/crawl/sip_state.hpp"

namespace troupe::crawl {

namespace {

std::uint64_t word_at(const char* p, std::size_t bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes; ++i)
    word |= std::uint64_t{static_cast<unsigned char>(p[i])} << (8 * i);
  return word;
}

void take(sip_state& s, std::uint64_t word) {
  s.d ^= word;
  s.rounds(2);
  s.a ^= word;
}

std::uint64_t finish(sip_state& s) {
  s.rounds(4);
  return s.a ^ s.b ^ s.c ^ s.d;
}

} // namespace

body_digest siphash_128(std::string_view bytes, std::uint64_t key0, std::uint64_t key1) {
  sip_state s{key0, key1};
  s.b ^= 0xee; // of 128 bits
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; left -= 8, at += 8)
    take(s, word_at(at, 8));
  take(s, word_at(at, left) | std::uint64_t{bytes.size()} << 56);
  body_digest out;
  s.c ^= 0xee;
  out.first = finish(s);
  s.b ^= 0xdd;
  out.second = finish(s);
  return out;
}

body_digest digest_of(std::string_view body) {
  return siphash_128(body, 0x54726f7570652c20, 0x6120626f64792e00);
}

} // namespace troupe::crawl
