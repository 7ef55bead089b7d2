// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/keeper.hpp"

#include <stdexcept>
#include <utility>

#include "actors/crawl/kept_message.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"

namespace troupe::crawl {

keeper_actor::behavior_type keeper::make_behavior() {
  forget_old();
  return {
      [this](const open_kept& x) -> caf::result<kept_opened> { return open(x); },
      [this](const kept_wanted& x) -> caf::result<kept_pages> { return read(x); },
      [this](const keep_pages& x) -> caf::result<pages_kept> { return keep(x); },
      [this](const drop_kept& x) {
        if (!is_of(x.key, x.owner))
          return;
        if (x.forget)
          state_->end(x.key); // what stays is forgotten by age
        owners_.erase(x.key);
      },
      [this](tick) { forget_old(); },
  };
}

keeper::keeper(keeper_actor::pointer self, std::shared_ptr<io::crawl_state> state,
               keeper_limits bounds, std::function<std::int64_t()> now_unix_ms)
    : self_(self), state_(std::move(state)), bounds_(bounds), now_unix_ms_(std::move(now_unix_ms)) {
}

// What fails now is tried again the next time.
void keeper::forget_old() {
  runtime::send_after(self_, bounds_.look_interval, keeper_actor{self_}, tick{});
  for (const auto& [key, owner] : owners_)
    state_->append(key, {}); // it is in use, though nothing may have been kept for long
  try {
    const auto most = std::chrono::duration_cast<std::chrono::milliseconds>(bounds_.kept_max);
    state_->forget_used_before(now_unix_ms_() - most.count());
  } catch (const std::runtime_error&) {
  }
}

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
  return one_message([&](const auto& page) { state_->read(x.key, x.skip, page); });
}

pages_kept keeper::keep(const keep_pages& x) {
  if (!is_of(x.key, x.owner))
    return {"the crawl has another owner"};
  return {state_->append(x.key, x.pages)};
}

} // namespace troupe::crawl
