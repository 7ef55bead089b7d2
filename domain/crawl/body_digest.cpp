// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/body_digest.hpp"

#include <bit>
#include <cstddef>

namespace troupe::crawl {

namespace {

std::uint64_t word_at(const char* p, std::size_t bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes; ++i)
    word |= std::uint64_t{static_cast<unsigned char>(p[i])} << (8 * i);
  return word;
}

struct state {
  std::uint64_t a, b, c, d;

  void round() {
    a += b;
    c += d;
    b = std::rotl(b, 13) ^ a;
    d = std::rotl(d, 16) ^ c;
    a = std::rotl(a, 32) + d;
    c += b;
    d = std::rotl(d, 21) ^ a;
    b = std::rotl(b, 17) ^ c;
    c = std::rotl(c, 32);
  }
  void take(std::uint64_t word) {
    d ^= word;
    round();
    round();
    a ^= word;
  }
  std::uint64_t finish() {
    for (int i = 0; i < 4; ++i)
      round();
    return a ^ b ^ c ^ d;
  }
};

} // namespace

body_digest siphash_128(std::string_view bytes, std::uint64_t key0, std::uint64_t key1) {
  state s{key0 ^ 0x736f6d6570736575, key1 ^ 0x646f72616e646f6d ^ 0xee, key0 ^ 0x6c7967656e657261,
          key1 ^ 0x7465646279746573};
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; left -= 8, at += 8)
    s.take(word_at(at, 8));
  s.take(word_at(at, left) | std::uint64_t{bytes.size()} << 56);
  body_digest out;
  s.c ^= 0xee;
  out.first = s.finish();
  s.b ^= 0xdd;
  out.second = s.finish();
  return out;
}

body_digest digest_of(std::string_view body) {
  return siphash_128(body, 0x54726f7570652c20, 0x6120626f64792e00);
}

} // namespace troupe::crawl
