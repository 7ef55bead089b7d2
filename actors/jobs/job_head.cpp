// SPDX-License-Identifier: BSD-3-Clause
#include "actors/jobs/job_head.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "actors/jobs/lease.hpp"
#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"

namespace troupe::jobs {

namespace {

// Of one run, at a time: more than a cluster has.
constexpr std::uint64_t hands_asked_max = 1u << 16;

} // namespace

job_head_actor::behavior_type job_head::make_behavior() {
  return {
      [this](const run_opened& x) -> caf::result<run_taken> { return open(x); },
      [this](const want_hands& x) {
        const auto i = runs_.find(x.run);
        if (i == runs_.end())
          return;
        i->second.asks += std::min<std::uint64_t>(x.count, hands_asked_max - i->second.asks);
        match();
      },
      [this](const hand_free& x) {
        if (x.who)
          came(x);
      },
      [this](const hand_leaves& x) {
        if (x.who)
          leaves(x);
      },
  };
}

job_head::job_head(job_head_actor::pointer self, far_job_limits bounds)
    : self_(self), bounds_(bounds), watcher_(self) {}

job_head::~job_head() {
  for (const auto& [address, lease] : leases_)
    runtime::stop(lease);
}

run_taken job_head::open(const run_opened& x) {
  if (!x.who)
    return {"a run needs somebody who gets its hands", 0};
  if (runs_.size() >= bounds_.runs_max)
    return {"this coordinator has " + std::to_string(runs_.size())
                + " runs of jobs, and takes no more at a time",
            0};
  const auto id = next_run_++;
  runs_.emplace(id, run{x.who});
  watcher_.watch(self_, x.who, [this, id](const caf::error&) { runs_.erase(id); });
  runtime::send(self_, x.who, hands_there{!hands_.empty()});
  return {"", id};
}

void job_head::came(const hand_free& x) {
  const bool first = hands_.empty();
  if (!hands_.emplace(x.who.address(), hand{x.who, x.node}).second)
    return;
  watcher_.watch(self_, x.who, [this, who = x.who.address()](const caf::error&) { gone(who); });
  free_.push_back(x.who);
  if (first)
    tell_if_any(true);
  match();
}

void job_head::leaves(const hand_leaves& x) {
  const auto i = hands_.find(x.who.address());
  if (i == hands_.end())
    return;
  if (i->second.lease)
    return runtime::send(self_, i->second.lease, x);
  runtime::send(self_, x.who, hand_released{});
  gone(x.who.address());
}

void job_head::gone(const caf::actor_addr& who) {
  const auto left = hands_.extract(who);
  if (left.empty())
    return;
  std::erase(free_, left.mapped().who);
  if (const auto i = runs_.find(left.mapped().run); i != runs_.end())
    --i->second.hands;
  if (hands_.empty())
    tell_if_any(false);
}

void job_head::match() {
  while (!free_.empty()) {
    const auto order = [](const auto& i) {
      return std::tuple{i.second.asks == 0, i.second.hands, i.second.turn};
    };
    const auto best =
        std::min_element(runs_.begin(), runs_.end(),
                         [&](const auto& a, const auto& b) { return order(a) < order(b); });
    if (best == runs_.end() || best->second.asks == 0)
      return;
    lend(best->first, best->second);
  }
}

void job_head::lend(std::uint64_t id, run& to) {
  auto& lent = hands_.at(free_.front().address());
  free_.pop_front();
  --to.asks;
  ++to.hands;
  to.turn = ++turns_;
  lent.run = id;
  lent.lease = runtime::spawn<lease>(self_, lent.who, lent.node, to.who);
  const auto address = lent.lease.address();
  leases_.emplace(address, lent.lease);
  watcher_.watch(self_, lent.lease, [this, address](const caf::error&) { leases_.erase(address); });
}

void job_head::tell_if_any(bool any) {
  for (const auto& [id, each] : runs_)
    runtime::send(self_, each.who, hands_there{any});
}

} // namespace troupe::jobs
