// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/url_store.hpp"

#include <cassert>
#include <cstring>

namespace troupe::crawl {

namespace {

constexpr unsigned size_bits = 21; // holds text_bytes_max itself
constexpr unsigned offset_bits = 20;
static_assert(url_store::text_bytes_max == std::size_t{1} << offset_bits);

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

std::uint32_t url_store::hash(std::string_view text) const {
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
  return static_cast<std::uint32_t>(h ^ (h >> 32));
}

url_store::id url_store::find(std::string_view text, std::uint32_t h) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = h & mask;; i = (i + 1) & mask) {
    const slot& s = slots_[i];
    if (s.which == none || (s.hash == h && this->text(s.which) == text))
      return s.which;
  }
}

std::pair<url_store::id, bool> url_store::insert(std::string_view text) {
  const std::uint32_t h = hash(text);
  if (const id known = find(text, h); known != none)
    return {known, false};
  assert(places_.size() < urls_max);
  if ((places_.size() + 1) * 10 > slots_.size() * 7)
    grow();
  const id fresh = static_cast<id>(places_.size());
  places_.push_back(keep(text));
  enter({h, fresh});
  return {fresh, true};
}

std::string_view url_store::text(id which) const {
  const std::uint64_t place = places_[which];
  const std::uint64_t start = place >> size_bits;
  return {blocks_[start >> offset_bits].get() + (start & (text_bytes_max - 1)),
          static_cast<std::size_t>(place & ((1u << size_bits) - 1))};
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

std::uint64_t url_store::keep(std::string_view text) {
  assert(!text.empty() && text.size() <= text_bytes_max);
  if (text_bytes_max - used_ < text.size()) {
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(text_bytes_max));
    used_ = 0;
  }
  std::memcpy(blocks_.back().get() + used_, text.data(), text.size());
  const std::uint64_t start = ((blocks_.size() - 1) << offset_bits) + used_;
  used_ += text.size();
  return start << size_bits | text.size();
}

} // namespace troupe::crawl
