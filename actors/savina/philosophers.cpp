// SPDX-License-Identifier: BSD-3-Clause
#include "actors/savina/philosophers.hpp"

#include <algorithm>
#include <utility>

#include "messages/savina_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::savina {

philosopher_actor::behavior_type philosopher::make_behavior() {
  runtime::send(self_, first_, fork_wanted{philosopher_actor{self_}});
  return {
      [this](fork_given) {
        if (has_first_)
          return eat();
        has_first_ = true;
        runtime::send(self_, second_, fork_wanted{philosopher_actor{self_}});
      },
      [this](tally_wanted) {
        self_->quit();
        return tally{seat_, {meals_}};
      },
  };
}

fork_actor::behavior_type table_fork::make_behavior() {
  return {
      [this](fork_wanted& x) {
        if (taken_)
          waiting_.push_back(std::move(x.who));
        else
          go_to(x.who);
      },
      [this](fork_back) {
        ++times_returned_;
        taken_ = false;
        if (waiting_.empty())
          return;
        go_to(waiting_.front());
        waiting_.pop_front();
      },
      [this](tally_wanted) {
        self_->quit();
        return tally{place_, {times_taken_, times_returned_, taken_ ? 0u : 1u}};
      },
  };
}

guest_actor::behavior_type guest::make_behavior() {
  ask();
  return {
      [this](forks_given) {
        ++meals_;
        runtime::send(self_, waiter_, forks_back{seat_});
        if (meals_ < rounds_)
          ask();
        else
          sated_();
      },
      [this](tally_wanted) {
        self_->quit();
        return tally{seat_, {meals_}};
      },
  };
}

waiter_actor::behavior_type waiter::make_behavior() {
  return {
      // Who waits could not be served, and nothing has come back since.
      [this](forks_wanted& x) {
        if (!serve(x))
          waiting_.push_back(std::move(x));
      },
      [this](const forks_back& x) {
        times_returned_ += 2;
        taken_[x.seat] = taken_[right(x.seat)] = false;
        std::erase_if(waiting_, [this](const forks_wanted& next) { return serve(next); });
      },
      [this](tally_wanted) {
        self_->quit();
        const auto there = std::count(taken_.begin(), taken_.end(), false);
        return tally{taken_.size(),
                     {times_taken_, times_returned_, static_cast<std::uint64_t>(there)}};
      },
  };
}

philosopher::philosopher(philosopher_actor::pointer self, std::uint64_t seat, fork_actor first,
                         fork_actor second, std::uint64_t rounds, sated_function sated)
    : self_(self), seat_(seat), first_(std::move(first)), second_(std::move(second)),
      rounds_(rounds), sated_(std::move(sated)) {}

void philosopher::eat() {
  ++meals_;
  has_first_ = false;
  runtime::send(self_, first_, fork_back{});
  runtime::send(self_, second_, fork_back{});
  if (meals_ < rounds_)
    runtime::send(self_, first_, fork_wanted{philosopher_actor{self_}});
  else
    sated_();
}

void table_fork::go_to(const philosopher_actor& who) {
  taken_ = true;
  ++times_taken_;
  runtime::send(self_, who, fork_given{});
}

guest::guest(guest_actor::pointer self, std::uint64_t seat, waiter_actor waiter,
             std::uint64_t rounds, sated_function sated)
    : self_(self), seat_(seat), waiter_(std::move(waiter)), rounds_(rounds),
      sated_(std::move(sated)) {}

void guest::ask() { runtime::send(self_, waiter_, forks_wanted{seat_, guest_actor{self_}}); }

waiter::waiter(waiter_actor::pointer self, std::uint64_t seats)
    : self_(self), taken_(seats, false) {}

bool waiter::serve(const forks_wanted& x) {
  if (taken_[x.seat] || taken_[right(x.seat)])
    return false;
  taken_[x.seat] = taken_[right(x.seat)] = true;
  times_taken_ += 2;
  runtime::send(self_, x.who, forks_given{});
  return true;
}

company assemble(caf::actor_system& system, const philosophers_plan& p,
                 const gatherer_actor& head) {
  const sated_function sated = [head] { runtime::post(head, finished{}); };
  company all{{}, p.seats};
  if (!p.forks) {
    const auto one = runtime::spawn<waiter>(system, p.seats);
    all.members.push_back(one);
    for (number i = 0; i < p.seats; ++i)
      all.members.push_back(runtime::spawn<guest>(system, i, one, p.rounds, sated));
    return all;
  }
  std::vector<fork_actor> forks;
  for (number i = 0; i < p.seats; ++i)
    forks.push_back(runtime::spawn<table_fork>(system, p.seats + i));
  all.members.assign(forks.begin(), forks.end());
  for (number i = 0; i < p.seats; ++i) {
    const auto [lower, higher] =
        std::minmax({i, (i + 1) % p.seats}); // values: of two it would refer to them
    all.members.push_back(
        runtime::spawn<philosopher>(system, i, forks[lower], forks[higher], p.rounds, sated));
  }
  return all;
}

philosophers_outcome outcome_of(const philosophers_plan& p, const std::vector<tally>& all) {
  philosophers_outcome o;
  for (const auto& x : all) {
    if (x.who < p.seats) {
      o.meals.push_back(x.counts[0]);
      continue;
    }
    o.taken += x.counts[0];
    o.returned += x.counts[1];
    o.on_table += x.counts[2];
  }
  return o;
}

} // namespace troupe::savina
