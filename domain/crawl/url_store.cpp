// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/url_store.hpp"

#include <array>
#include <cassert>
#include <utility>

namespace troupe::crawl {

url_store::url_store(text_key key, std::uint64_t memory_bytes_max, std::uint64_t bytes_max,
                     std::unique_ptr<text_spill> spill)
    : key_(spill ? spill->key() : key), texts_(memory_bytes_max, bytes_max, std::move(spill)),
      slots_(1024) {}

void url_store::prepare(std::span<const hash_value> hashes) const {
  if (!exact_) {
    for (const hash_value h : hashes)
      seen_.prepare(h);
    return;
  }
  const std::size_t mask = slots_.size() - 1;
  for (const hash_value h : hashes)
    __builtin_prefetch(&slots_[h & mask]);
  for (const hash_value h : hashes) {
    const slot& s = slots_[h & mask];
    if (s.hash == static_cast<std::uint32_t>(h) && s.which != none)
      texts_.prepare(s.which);
  }
}

bool url_store::find(std::string_view text, hash_value h) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = h & mask;; i = (i + 1) & mask) {
    const slot& s = slots_[i];
    if (s.which == none)
      return false;
    if (s.hash == static_cast<std::uint32_t>(h) && texts_.in_memory(s.which) == text)
      return true;
  }
}

std::optional<url_store::id> url_store::insert(std::string_view text, hash_value h) {
  if (contains(text, h))
    return std::nullopt;
  assert(!full() && !text.empty());
  const id fresh = texts_.keep(text);
  ++size_;
  if (exact_) {
    if (size_ * 10 > slots_.size() * 7)
      grow();
    enter({static_cast<std::uint32_t>(h), fresh});
  } else {
    seen_.insert(h);
  }
  return fresh;
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

void url_store::spill() {
  if (exact_) {
    slots_ = {};
    seen_.reserve(size_);
    // Some at a time, which wait for memory together.
    std::array<hash_value, 32> due;
    std::size_t count = 0;
    const auto insert_all = [&] {
      for (std::size_t i = 0; i < count; ++i)
        seen_.insert(due[i]);
      count = 0;
    };
    texts_.each_in_memory([&](std::string_view text) {
      due[count] = fingerprint(text, key_);
      seen_.prepare(due[count]);
      if (++count == due.size())
        insert_all();
    });
    insert_all();
    exact_ = false;
  }
  texts_.spill();
}

} // namespace troupe::crawl
