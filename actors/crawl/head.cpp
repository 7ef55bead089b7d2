// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/head.hpp"

#include <utility>

#include "actors/crawl/far_http.hpp"
#include "actors/crawl/steward.hpp"
#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"

namespace troupe::crawl {

namespace {

crawl_taken refused(std::string why) { return {std::move(why), 0, {}, false}; }

} // namespace

crawl_head_actor::behavior_type head::make_behavior() {
  return {
      [this](const crawl_ordered& x) { return take(x); },
      [this](const seeds_ordered& x) { return take_more(x); },
      [this](const team_offered& x) {
        if (!x.who)
          return;
        teams_.push_back(x.who);
        watcher_.watch(self_, x.who,
                       [this, who = x.who](const caf::error&) { std::erase(teams_, who); });
        for (const auto& [id, job] : jobs_)
          tell(x.who, id, job);
      },
      [this](const crawl_begun& x) { begun(x); },
      [this](const crawl_over& x) { over(x.id); },
      // Its client may be well and have forgotten it: only one that is gone is seen by itself.
      [this](const tick& x) {
        std::erase_if(
            jobs_, [&x](const auto& i) { return !i.second.begun && i.second.waits == x.number; });
      },
  };
}

head::head(crawl_head_actor::pointer self, head_limits bounds, crew_limits crew,
           keeper_actor keeper)
    : self_(self), bounds_(bounds), crew_(crew), keeper_(std::move(keeper)), watcher_(self) {
  crew_.batch_bytes_max = bounds_.batch_bytes_max;
}

head::~head() {
  for (auto& [id, x] : jobs_)
    runtime::stop(x.steward);
}

caf::result<crawl_taken> head::take(const crawl_ordered& x) {
  if (!x.sink || !x.who)
    return refused("an order needs somebody who takes its rows");
  if (jobs_.size() >= bounds_.crawls_max)
    return refused("this coordinator has " + std::to_string(jobs_.size())
                   + " crawls, and takes no more at a time");
  if (auto wrong = check_plan(x.plan); !wrong.empty())
    return refused(std::move(wrong));
  if (auto wrong = check_far_http(x.http); !wrong.empty())
    return refused(std::move(wrong));
  if (x.again && !keeper_)
    return refused("it keeps nothing of crawls (--state)");
  job one{x.plan, x.http, x.sink, x.who, x.key, x.again, x.rows, 0, 0, false, {}, {}, {}};
  one.plan.seeds.clear();
  one.plan.bounds.frontier_memory_bytes_max = bounds_.frontier_memory_bytes_max;
  one.plan.bounds.frontier_file_bytes_max = limits{}.frontier_file_bytes_max;
  if (auto wrong = add_seeds(one, x.plan.seeds); !wrong.empty())
    return refused(std::move(wrong));
  const auto id = next_job_++;
  auto& kept = jobs_.emplace(id, std::move(one)).first->second;
  // Until there is a steward, who watches as well.
  watcher_.watch(self_, x.who, [this, id](const caf::error&) {
    if (const auto i = jobs_.find(id); i != jobs_.end() && !i->second.steward)
      jobs_.erase(i);
  });
  return x.more_seeds ? wait_for_more(id, kept) : start(id, kept);
}

caf::result<crawl_taken> head::take_more(const seeds_ordered& x) {
  const auto i = jobs_.find(x.id);
  if (i == jobs_.end() || i->second.begun)
    return refused("there is no such order; its seeds may have come too slowly");
  if (auto wrong = add_seeds(i->second, x.seeds); !wrong.empty()) {
    jobs_.erase(i);
    return refused(std::move(wrong));
  }
  return x.more ? wait_for_more(x.id, i->second) : start(x.id, i->second);
}

crawl_taken head::wait_for_more(std::uint64_t id, job& x) {
  x.waits = ++waits_;
  runtime::send_after(self_, bounds_.seeds_deadline, crawl_head_actor{self_}, tick{waits_});
  return {"", id, {}, false};
}

std::string head::add_seeds(job& to, const std::vector<url>& seeds) {
  for (const auto& seed : seeds) {
    if (auto wrong = check_seed(seed, to.plan.bounds); !wrong.empty())
      return wrong;
    to.seeds_bytes += seed.str().size() + sizeof(url);
    if (to.seeds_bytes > bounds_.seeds_bytes_max)
      return "seeds that take more than " + std::to_string(bounds_.seeds_bytes_max)
             + " bytes of memory";
    to.plan.seeds.push_back(seed);
  }
  return "";
}

caf::result<crawl_taken> head::start(std::uint64_t id, job& x) {
  if (x.plan.seeds.empty()) {
    jobs_.erase(id);
    return refused("an order needs a seed");
  }
  x.begun = true;
  x.answer = self_->make_response_promise<crawl_taken>();
  const auto answer = x.answer;
  if (keeper_ && !x.key.empty())
    open_kept_one(id, x);
  else
    start_steward(id, x, {});
  return answer;
}

// An order of the same crawl that comes after it takes the crawl over.
void head::open_kept_one(std::uint64_t id, const job& x) {
  runtime::request(self_, keeper_, crew_.write_deadline, open_kept{x.key, id, !x.again})
      .then(
          [this, id, key = x.key](const kept_opened& got) {
            const auto i = jobs_.find(id);
            if (!got.error.empty())
              return refuse(id, got.error);
            if (i == jobs_.end()) // its customer has gone, and may come back for it
              return runtime::send(self_, keeper_, drop_kept{key, id, false});
            auto& job = i->second;
            start_steward(id, job, {keeper_, job.key, id, got.pages, job.rows});
          },
          [this, id](const caf::error& why) { refuse(id, runtime::text(self_->system(), why)); });
}

void head::refuse(std::uint64_t id, const std::string& why) {
  if (auto gone = jobs_.extract(id); !gone.empty())
    gone.mapped().answer.deliver(refused(why));
}

void head::start_steward(std::uint64_t id, job& x, keeping keep) {
  auto plan = x.plan;
  x.plan.seeds = {};
  x.steward = runtime::spawn<steward>(self_, crawl_head_actor{self_}, id, std::move(plan), x.sink,
                                      x.customer, crew_, std::move(keep));
}

void head::begun(const crawl_begun& x) {
  const auto i = jobs_.find(x.id);
  if (i == jobs_.end())
    return;
  auto& job = i->second;
  job.coordinator = x.coordinator;
  job.sink = nullptr;
  job.customer = nullptr;
  job.answer.deliver(crawl_taken{"", x.id, x.coordinator, keeper_ && !job.key.empty()});
  for (const auto& team : teams_)
    tell(team, x.id, job);
}

void head::over(std::uint64_t id) {
  if (jobs_.erase(id) == 0)
    return;
  for (const auto& team : teams_)
    runtime::send(self_, team, crawl_closed{id});
}

void head::tell(const team_actor& team, std::uint64_t id, const job& x) {
  if (x.coordinator)
    runtime::send(self_, team,
                  crawl_opened{id, next_team_++, x.plan, x.http, x.coordinator, x.steward});
}

} // namespace troupe::crawl
