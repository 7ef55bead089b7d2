// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/fingerprint_set.hpp"

#include <algorithm>

namespace troupe::crawl {

namespace {

// Of a part's places at most so many are in use.
constexpr std::size_t load_of = 7, load_in = 8;

std::uint64_t usable(std::uint64_t hash) { return hash == 0 ? 1 : hash; }

} // namespace

// The low half, as a fraction of 2^32, of the buckets: any number of them will do.
std::size_t fingerprint_set::home(const part& p, std::uint64_t hash) {
  return static_cast<std::size_t>(((hash & 0xffff'ffffu) * p.buckets.size()) >> 32);
}

void fingerprint_set::prepare(std::uint64_t hash) const {
  const part& p = parts_[hash >> (64 - part_bits)];
  __builtin_prefetch(&p.buckets[home(p, hash)]);
}

bool fingerprint_set::contains(std::uint64_t hash) const {
  hash = usable(hash);
  const part& p = parts_[hash >> (64 - part_bits)];
  for (std::size_t i = home(p, hash);; i = i + 1 == p.buckets.size() ? 0 : i + 1) {
    const auto& hashes = p.buckets[i].hashes;
    bool found = false;
    for (const std::uint64_t h : hashes)
      found |= h == hash;
    if (found)
      return true;
    if (hashes.back() == 0)
      return false;
  }
}

void fingerprint_set::insert(std::uint64_t hash) {
  hash = usable(hash);
  part& p = parts_[hash >> (64 - part_bits)];
  if ((p.used + 1) * load_in > p.buckets.size() * width * load_of)
    grow(p, p.buckets.size() + p.buckets.size() / 4 + 1);
  enter(p, hash);
  ++size_;
}

void fingerprint_set::reserve(std::size_t count) {
  // What is over an even share: five deviations of a part that has few.
  const std::size_t share = count / parts_.size();
  const std::size_t most = share + share / 32 + 40;
  for (part& p : parts_)
    if (const auto buckets = most * load_in / load_of / width + 1; buckets > p.buckets.size())
      grow(p, buckets);
}

std::size_t fingerprint_set::memory_bytes() const {
  std::size_t bytes = 0;
  for (const part& p : parts_)
    bytes += p.buckets.capacity() * sizeof(bucket);
  return bytes;
}

void fingerprint_set::enter(part& p, std::uint64_t hash) {
  for (std::size_t i = home(p, hash);; i = i + 1 == p.buckets.size() ? 0 : i + 1) {
    auto& hashes = p.buckets[i].hashes;
    if (hashes.back() != 0)
      continue;
    *std::find(hashes.begin(), hashes.end(), std::uint64_t{0}) = hash;
    ++p.used;
    return;
  }
}

void fingerprint_set::grow(part& p, std::size_t buckets) {
  part larger;
  larger.buckets = std::vector<bucket>(buckets);
  for (const bucket& b : p.buckets)
    for (const std::uint64_t h : b.hashes)
      if (h != 0)
        enter(larger, h);
  p = std::move(larger);
}

} // namespace troupe::crawl
