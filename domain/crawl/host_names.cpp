// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/host_names.hpp"

namespace troupe::crawl {

host_names::host_names(text_key key)
    : key_(key), texts_(0, ~std::uint64_t{0}, nullptr), slots_(64) {}

// Returns: where the name is, or would be.
std::size_t host_names::look(std::string_view name, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = hash & mask;
  while (slots_[i].which != none && (slots_[i].hash != hash || this->name(slots_[i].which) != name))
    i = (i + 1) & mask;
  return i;
}

std::optional<host_names::number> host_names::find(std::string_view name) const {
  const number n = slots_[look(name, static_cast<std::uint32_t>(table_hash(name, key_)))].which;
  return n == none ? std::nullopt : std::optional{n};
}

std::pair<host_names::number, bool> host_names::number_of(std::string_view name) {
  const auto hash = static_cast<std::uint32_t>(table_hash(name, key_));
  std::size_t at = look(name, hash);
  if (slots_[at].which != none)
    return {slots_[at].which, false};
  if ((places_.size() + 1) * 10 > slots_.size() * 7) {
    grow();
    at = look(name, hash);
  }
  const number fresh = size();
  places_.push_back(texts_.keep(name));
  slots_[at] = {hash, fresh};
  return {fresh, true};
}

void host_names::grow() {
  std::vector<slot> old(slots_.size() * 2);
  old.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  for (const slot& s : old) {
    if (s.which == none)
      continue;
    std::size_t i = s.hash & mask;
    while (slots_[i].which != none)
      i = (i + 1) & mask;
    slots_[i] = s;
  }
}

} // namespace troupe::crawl
