// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/steward.hpp"

#include <utility>

#include "actors/crawl/coordinator.hpp"
#include "actors/crawl/robots_desk.hpp"
#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"

namespace troupe::crawl {

namespace {

// At each node there are as many fetchers as the plan says; together they may have as many pages in
// flight as they are. Robots.txt files wait for a node as long as it takes: the desk has the
// deadline for each.
crawl_plan for_all_nodes(crawl_plan plan) {
  plan.bounds.concurrency = 1u << 30;
  return plan;
}
crew_limits for_elsewhere(crew_limits crew) {
  crew.robots_deadline = bounded_elsewhere;
  return crew;
}

} // namespace

steward_actor::behavior_type steward::make_behavior() {
  desk_ = runtime::spawn<robots_desk>(self_, plan_.user_agent, plan_.bounds, crew_);
  coordinator_ = runtime::spawn<coordinator>(self_, supervisor_actor{steward_actor{self_}}, sink_,
                                             robots_actor{desk_}, for_all_nodes(std::move(plan_)),
                                             for_elsewhere(crew_), keep_);
  must_live(desk_, "robots desk");
  must_live(coordinator_, "coordinator");
  watcher_.watch(self_, customer_, [this](const caf::error&) { self_->quit(); });
  runtime::send(self_, head_, crawl_begun{id_, coordinator_});
  tell_teams();
  return {
      [this](crawl_ended& x) { end(std::move(x.summary)); },
      [this](const stop_crawl& x) { runtime::send(self_, coordinator_, x); },
      [this](const foreman_ready& x) {
        if (x.who)
          team_came(x);
      },
  };
}

steward::steward(steward_actor::pointer self, crawl_head_actor head, std::uint64_t id,
                 crawl_plan plan, sink_actor sink, customer_actor customer, crew_limits crew,
                 keeping keep)
    : self_(self), head_(std::move(head)), id_(id), plan_(std::move(plan)), sink_(std::move(sink)),
      customer_(std::move(customer)), crew_(crew), keep_(std::move(keep)), watcher_(self) {}

steward::~steward() {
  runtime::post(head_, crawl_over{id_});
  if (keep_.keeper && !over_) // a customer that is gone may come back for it
    runtime::post(keep_.keeper, drop_kept{keep_.key, keep_.owner, false});
  runtime::stop(coordinator_);
  runtime::stop(desk_);
}

void steward::team_came(const foreman_ready& x) {
  ++teams_;
  watcher_.watch(self_, x.who, [this](const caf::error&) {
    --teams_;
    tell_teams();
  });
  runtime::send(self_, desk_, x);
  tell_teams();
}

void steward::tell_teams() { runtime::send(self_, customer_, teams_there{teams_}); }

template <class Handle>
void steward::must_live(const Handle& who, const char* what) {
  watcher_.watch(self_, who, [this, what](const caf::error& why) {
    crawl_summary summary;
    summary.output_error =
        std::string{"the "} + what + " died: " + runtime::text(self_->system(), why);
    end(std::move(summary));
  });
}

void steward::end(crawl_summary summary) {
  if (std::exchange(over_, true))
    return;
  runtime::send(self_, customer_, crawl_ended{std::move(summary)});
  if (keep_.keeper)
    runtime::send(self_, keep_.keeper, drop_kept{keep_.key, keep_.owner});
  self_->quit();
}

} // namespace troupe::crawl
