// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/keeper.hpp"

#include <stdexcept>
#include <utility>

#include "messages/type_ids.hpp"

namespace troupe::crawl {

keeper_actor::behavior_type keeper::make_behavior() {
  return {
      [this](const open_kept& x) -> caf::result<kept_opened> { return open(x); },
      [this](const kept_wanted& x) -> caf::result<kept_pages> { return read(x); },
      [this](const keep_pages& x) -> caf::result<pages_kept> { return keep(x); },
      [this](const drop_kept& x) {
        if (!is_of(x.key, x.owner))
          return;
        state_->end(x.key); // what stays is forgotten by age
        owners_.erase(x.key);
      },
  };
}

keeper::keeper(keeper_actor::pointer, std::shared_ptr<io::crawl_state> state)
    : state_(std::move(state)) {}

bool keeper::is_of(const std::string& key, std::uint64_t owner) const {
  const auto i = owners_.find(key);
  return i != owners_.end() && i->second == owner;
}

kept_opened keeper::open(const open_kept& x) {
  kept_opened out;
  try {
    const auto pages = state_->find(x.key);
    if (pages && x.is_new)
      return {"a crawl of that key is kept already", 0};
    if (!pages && !x.is_new)
      return {"nothing is kept of that crawl", 0};
    out.pages = pages.value_or(0);
    if (x.is_new)
      out.error = state_->begin(x.key);
  } catch (const std::runtime_error& e) {
    out.error = e.what();
  }
  if (out.error.empty())
    owners_[x.key] = x.owner;
  return out;
}

kept_pages keeper::read(const kept_wanted& x) {
  if (!is_of(x.key, x.owner))
    return {"the crawl has another owner", {}};
  kept_pages out;
  std::size_t bytes = 0;
  try {
    state_->read(x.key, x.skip, [&](std::string_view page) {
      bytes += page.size();
      if (bytes > message_bytes_max && !out.pages.empty())
        return false;
      out.pages.emplace_back(page);
      return true;
    });
  } catch (const std::runtime_error& e) {
    out.error = e.what();
  }
  return out;
}

pages_kept keeper::keep(const keep_pages& x) {
  if (!is_of(x.key, x.owner))
    return {"the crawl has another owner"};
  return {state_->append(x.key, x.pages)};
}

} // namespace troupe::crawl
