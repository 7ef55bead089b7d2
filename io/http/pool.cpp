// SPDX-License-Identifier: BSD-3-Clause
#include "io/http/pool.hpp"

#include <iterator>

namespace troupe::io {

std::shared_ptr<connection> connection_pool::take(const std::string& key) {
  auto at = shelves_.find(key);
  if (at == shelves_.end())
    return nullptr;
  auto& shelf = at->second;
  while (!shelf.empty()) {
    auto out = std::move(shelf.back());
    shelf.pop_back();
    --total_;
    if (out->still_usable())
      return out;
    out->close();
  }
  return nullptr;
}

void connection_pool::put(std::shared_ptr<connection> idle, steady::time_point now) {
  if (total_max_ == 0 || per_key_max_ == 0)
    return idle->close();
  auto& shelf = shelves_[idle->key()];
  if (shelf.size() >= per_key_max_) {
    shelf.front()->close();
    shelf.erase(shelf.begin());
    --total_;
  } else if (total_ >= total_max_) {
    drop_oldest();
  }
  idle->idle_since = now;
  shelf.push_back(std::move(idle));
  ++total_;
}

void connection_pool::expire(steady::time_point now) {
  for (auto at = shelves_.begin(); at != shelves_.end();) {
    auto& shelf = at->second;
    auto old = shelf.begin();
    while (old != shelf.end() && now - (*old)->idle_since >= idle_max_)
      (*old++)->close();
    total_ -= static_cast<std::size_t>(old - shelf.begin());
    shelf.erase(shelf.begin(), old);
    at = shelf.empty() ? shelves_.erase(at) : std::next(at);
  }
}

// Linear in the number of hosts with idle connections, which total_max_ bounds.
void connection_pool::drop_oldest() {
  shelf* oldest = nullptr;
  for (auto& [key, candidate] : shelves_)
    if (!candidate.empty()
        && (!oldest || candidate.front()->idle_since < oldest->front()->idle_since))
      oldest = &candidate;
  if (!oldest)
    return;
  oldest->front()->close();
  oldest->erase(oldest->begin());
  --total_;
}

void connection_pool::clear() {
  for (auto& [key, shelf] : shelves_)
    for (auto& idle : shelf)
      idle->close();
  shelves_.clear();
  total_ = 0;
}

} // namespace troupe::io
