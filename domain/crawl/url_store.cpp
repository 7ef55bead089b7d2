// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/url_store.hpp"

#include <cassert>
#include <cstring>

namespace troupe::crawl {

namespace {

__extension__ typedef unsigned __int128 wide;

/// Multiplies to 128 bits and folds: every input bit reaches every output bit.
std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  const wide product = static_cast<wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t word(const char* at) {
  std::uint64_t w;
  std::memcpy(&w, at, sizeof w);
  return w;
}

} // namespace

url_store::url_store(std::uint64_t hash_key)
    : key_(fold(hash_key ^ 0x9e3779b97f4a7c15ull, 0xd1342543de82ef95ull)), slots_(1024) {}

url_store::hash_value url_store::hash(std::string_view text) const {
  constexpr std::uint64_t odd1 = 0xa24baed4963ee407ull;
  constexpr std::uint64_t odd2 = 0x9fb21c651e98df25ull;
  std::uint64_t h = key_ ^ (text.size() * odd2);
  const char* at = text.data();
  std::size_t left = text.size();
  for (; left >= 8; at += 8, left -= 8)
    h = fold(h ^ word(at), odd1);
  if (left > 0) {
    std::uint64_t rest = 0;
    std::memcpy(&rest, at, left);
    h = fold(h ^ rest, odd1);
  }
  h = fold(h ^ key_, odd2);
  return static_cast<hash_value>(h ^ (h >> 32));
}

void url_store::prepare(std::span<const hash_value> hashes) const {
  const std::size_t mask = slots_.size() - 1;
  for (const hash_value h : hashes)
    __builtin_prefetch(&slots_[h & mask]);
  for (const hash_value h : hashes) {
    const slot& s = slots_[h & mask];
    if (s.hash == h && s.which != none)
      __builtin_prefetch(place(s.which));
  }
}

url_store::id url_store::find(std::string_view text, hash_value h) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = h & mask;; i = (i + 1) & mask) {
    const slot& s = slots_[i];
    if (s.which == none || (s.hash == h && this->text(s.which) == text))
      return s.which;
  }
}

std::pair<url_store::id, bool> url_store::insert(std::string_view text, hash_value h) {
  if (const id known = find(text, h); known != none)
    return {known, false};
  assert(!full());
  if ((size_ + 1) * 10 > slots_.size() * 7)
    grow();
  const id fresh = keep(text);
  ++size_;
  enter({h, fresh});
  return {fresh, true};
}

const char* url_store::place(id which) const {
  const std::size_t start = which * unit_bytes;
  return blocks_[start / block_bytes].get() + start % block_bytes;
}

std::string_view url_store::text(id which) const {
  const char* at = place(which);
  std::uint32_t size;
  std::memcpy(&size, at, sizeof size);
  return {at + sizeof size, size};
}

void url_store::enter(slot s) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = s.hash & mask;
  while (slots_[i].which != none)
    i = (i + 1) & mask;
  slots_[i] = s;
}

void url_store::grow() {
  std::vector<slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const slot& s : old)
    if (s.which != none)
      enter(s);
}

url_store::id url_store::keep(std::string_view text) {
  assert(text.size() <= text_bytes_max);
  const auto size = static_cast<std::uint32_t>(text.size());
  if (block_bytes - used_ < sizeof size + text.size()) {
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(block_bytes));
    used_ = 0;
  }
  char* at = blocks_.back().get() + used_;
  std::memcpy(at, &size, sizeof size);
  std::memcpy(at + sizeof size, text.data(), text.size());
  const std::size_t start = (blocks_.size() - 1) * block_bytes + used_;
  used_ += (sizeof size + text.size() + unit_bytes - 1) / unit_bytes * unit_bytes;
  return static_cast<id>(start / unit_bytes);
}

} // namespace troupe::crawl
