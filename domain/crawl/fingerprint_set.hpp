// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace troupe::crawl {

/// A set of 64-bit hashes: the seen set of a crawl whose texts are not in memory any more.
///
///     64 parts, by the upmost bits      each grows by itself, by a quarter: at no time are two
///     part: | 8 | 8 | 8 | ... buckets   tables of everything in memory, and none is long in moving
///     bucket: 8 hashes, one line of the cache, filled from the left; the next one has the rest
///
/// That any two of n texts have one hash has the odds n^2 / 2^65: 2.7e-6 for 10 million, 6.8e-5 for
/// 50 million. The hashes have to be keyed (fingerprint()), or texts could be made to collide.
/// Cost: 9.2 to 11.7 bytes a hash; mostly one line of the cache a look-up, whether it is there or
/// not.
class fingerprint_set {
public:
  /// Makes room for `count` at once.
  void reserve(std::size_t count);
  /// Begins to bring what a look-up will need into the cache. Changes nothing.
  void prepare(std::uint64_t hash) const;
  bool contains(std::uint64_t hash) const;
  /// Takes: one that is not there.
  void insert(std::uint64_t hash);
  std::size_t size() const { return size_; }
  std::size_t memory_bytes() const;

private:
  static constexpr std::size_t width = 8;
  struct alignas(64) bucket {
    std::array<std::uint64_t, width> hashes{}; // 0: free
  };
  struct part {
    std::vector<bucket> buckets{1};
    std::size_t used = 0;
  };
  static std::size_t home(const part& p, std::uint64_t hash);
  static void enter(part& p, std::uint64_t hash);
  static void grow(part& p, std::size_t buckets);

  static constexpr int part_bits = 6;
  std::array<part, std::size_t{1} << part_bits> parts_;
  std::size_t size_ = 0;
};

} // namespace troupe::crawl
