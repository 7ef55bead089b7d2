// SPDX-License-Identifier: BSD-3-Clause
//
// Philosophers as actors, in two ways. Their letters are those of domain/race/table_actors.cpp, of
// which every order can be looked at; tests/actors/savina/table_model_test.cpp holds the two
// together.
//
//   fork actors   a philosopher asks for one fork, and when it has it, for the other. If all begin
//                 with the fork at their left, they can end with one fork each, for ever: to be
//                 actors is no cure. It is one to begin with the fork of the lower number.
//   a waiter      has all forks, and brings two or none (the suite's arbitrator, but for one thing:
//                 who has to wait is served when it can be, and need not ask again)
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "actors/savina/gatherer.hpp"
#include "domain/savina/outcomes.hpp"
#include "messages/savina_classics.hpp"

namespace troupe::savina {

/// Told by a philosopher who has had all its meals.
using sated_function = std::function<void()>;

/// Asks for `first`, then for `second`; eats, sends both back, and begins again.
class philosopher {
public:
  static constexpr const char* name = "philosopher";
  philosopher(philosopher_actor::pointer self, std::uint64_t seat, fork_actor first,
              fork_actor second, std::uint64_t rounds, sated_function sated);
  philosopher_actor::behavior_type make_behavior();

private:
  void eat();

  philosopher_actor::pointer self_;
  std::uint64_t seat_;
  fork_actor first_;
  fork_actor second_;
  std::uint64_t rounds_;
  sated_function sated_;
  std::uint64_t meals_ = 0;
  bool has_first_ = false;
};

/// Goes to whoever asks, or has waited longest.
class table_fork {
public:
  static constexpr const char* name = "fork";
  table_fork(fork_actor::pointer self, std::uint64_t place) : self_(self), place_(place) {}
  fork_actor::behavior_type make_behavior();

private:
  void go_to(const philosopher_actor& who);

  fork_actor::pointer self_;
  std::uint64_t place_;
  bool taken_ = false;
  std::deque<philosopher_actor> waiting_;
  std::uint64_t times_taken_ = 0;
  std::uint64_t times_returned_ = 0;
};

/// Asks the waiter, eats, sends both forks back, and begins again.
class guest {
public:
  static constexpr const char* name = "guest";
  guest(guest_actor::pointer self, std::uint64_t seat, waiter_actor waiter, std::uint64_t rounds,
        sated_function sated);
  guest_actor::behavior_type make_behavior();

private:
  void ask();

  guest_actor::pointer self_;
  std::uint64_t seat_;
  waiter_actor waiter_;
  std::uint64_t rounds_;
  sated_function sated_;
  std::uint64_t meals_ = 0;
};

/// Has all forks. Of those who wait, the longest wait goes first; but nobody waits for forks that
/// are free because another waits for others.
class waiter {
public:
  static constexpr const char* name = "waiter";
  waiter(waiter_actor::pointer self, std::uint64_t seats);
  waiter_actor::behavior_type make_behavior();

private:
  bool serve(const forks_wanted& x); ///< if both are there
  std::size_t right(std::uint64_t seat) const { return (seat + 1) % taken_.size(); }

  waiter_actor::pointer self_;
  std::vector<bool> taken_;
  std::deque<forks_wanted> waiting_;
  std::uint64_t times_taken_ = 0;
  std::uint64_t times_returned_ = 0;
};

/// See gatherer.hpp.
company assemble(caf::actor_system& system, const philosophers_plan& p, const gatherer_actor& head);
philosophers_outcome outcome_of(const philosophers_plan& p, const std::vector<tally>& all);

} // namespace troupe::savina
