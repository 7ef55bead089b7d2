// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/team.hpp"

#include <utility>

#include "actors/crawl/foreman.hpp"
#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"

namespace troupe::crawl {

team_actor::behavior_type team::make_behavior() {
  runtime::send(self_, head_, team_offered{team_actor{self_}});
  return {
      [this](const crawl_opened& x) { open(x); },
      [this](const crawl_closed& x) { gone(x.id); },
      [this](team_leaves) { leave(); },
      [this](const foreman_left& x) { gone(x.crawl); },
  };
}

team::team(team_actor::pointer self, crawl_head_actor head, team_ports ports, crew_limits crew)
    : self_(self), head_(std::move(head)), ports_(std::move(ports)), crew_(crew), watcher_(self) {}

team::~team() {
  for (const auto& [id, foreman] : foremen_)
    runtime::stop(foreman);
  foremen_.clear();
  tell_if_left();
}

void team::open(const crawl_opened& x) {
  if (leaving_ || !x.coordinator || !x.steward || foremen_.count(x.id) > 0)
    return;
  auto foreman = runtime::spawn<crawl::foreman>(self_, x, ports_.make_ports(x.plan, x.http), crew_);
  watcher_.watch(self_, foreman, [this, id = x.id](const caf::error&) { gone(id); });
  foremen_.emplace(x.id, std::move(foreman));
}

void team::gone(std::uint64_t crawl) {
  if (const auto i = foremen_.find(crawl); i != foremen_.end()) {
    runtime::stop(i->second);
    foremen_.erase(i);
  }
  tell_if_left();
}

// Whoever told it to bounds the time that it may take.
void team::leave() {
  leaving_ = true;
  for (const auto& [id, foreman] : foremen_) {
    const auto left = [me = team_actor{self_}, crawl = id] {
      runtime::post(me, foreman_left{crawl});
    };
    runtime::request(self_, foreman, bounded_elsewhere, hands_leave{})
        .then([left](hands_left) { left(); }, [left](const caf::error&) { left(); });
  }
  tell_if_left();
}

void team::tell_if_left() {
  if (leaving_ && foremen_.empty())
    if (auto left = std::exchange(ports_.left, nullptr))
      left();
}

} // namespace troupe::crawl
