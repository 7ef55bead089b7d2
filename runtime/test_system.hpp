// SPDX-License-Identifier: BSD-3-Clause
//
// The port to CAF, part five, for tests: an actor system that runs one message at a time on the
// calling thread, with a clock that moves only when told. With a seed, the order of delivery is
// drawn from it: the same seed is the same run.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>

#include "runtime/port.hpp"
#include "runtime/system.hpp"

#include <caf/timespan.hpp>
#if TROUPE_CAF1
#include <caf/test/fixture/deterministic.hpp>
#include <caf/test/reporter.hpp>
#else
#include <caf/scheduled_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#endif

namespace troupe::runtime {

/// What a step would do: which actor handles which message from whom.
struct delivery {
  caf::actor_id to = 0;
  caf::actor_id from = 0; ///< 0: nobody in particular
  std::string what;       ///< the message in words; "": none, the actor begins
};

#if TROUPE_CAF1

namespace detail {
// 1.x's fixture asks for a reporter even where its test framework is not used.
struct silent_reporter {
  std::unique_ptr<caf::test::reporter> reporter = caf::test::reporter::make_default();
  silent_reporter() { caf::test::reporter::instance(reporter.get()); }
  ~silent_reporter() { caf::test::reporter::instance(nullptr); }
};
} // namespace detail

/// See the head of this file. 1.x does not let the order be drawn: there the seed has no effect.
template <class... Blocks>
class test_system : detail::silent_reporter {
  struct registered {
    registered() {
      static const bool done = (register_types<Blocks...>(), true);
      static_cast<void>(done);
    }
  };
  struct fixture : caf::test::fixture::deterministic {
    using base = caf::test::fixture::deterministic;
    using base::advance_time;
    using base::dispatch_message;
    using base::for_each_message;
    using base::has_pending_timeout;
    using base::sys;
    using base::trigger_timeout;
  };
  registered registered_;
  fixture fixture_;

public:
  static constexpr bool draws_order = false;
  explicit test_system(std::uint64_t = 0) {}
  caf::actor_system& system() { return fixture_.sys; }
  bool step() { return fixture_.dispatch_message(); }
  /// Returns: 1 if an actor has a message, else 0: which one runs cannot be chosen.
  std::size_t ready() {
    std::size_t messages = 0;
    fixture_.for_each_message([&messages](const auto&) { ++messages; });
    return messages > 0 ? 1 : 0;
  }
  delivery peek(std::size_t) { return {}; }
  bool step(std::size_t) { return step(); }
  bool has_timer() { return fixture_.has_pending_timeout(); }
  void advance(caf::timespan by) { fixture_.advance_time(by); }
  void next_timer() { fixture_.trigger_timeout(); }

#else

/// See the head of this file. Takes: a seed for the order of delivery; 0: as sent.
template <class... Blocks>
class test_system {
  struct config : system_config {
    config() {
      this->template add_types<Blocks...>();
      set("scheduler.policy", caf::atom("testing"));
    }
  };
  config config_;
  std::unique_ptr<caf::actor_system> system_;
  caf::scheduler::test_coordinator* scheduler_;
  std::uint64_t seed_;
  std::mt19937_64 draw_;

public:
  static constexpr bool draws_order = true;
  explicit test_system(std::uint64_t seed = 0)
      : system_(std::make_unique<caf::actor_system>(config_)),
        scheduler_(&dynamic_cast<caf::scheduler::test_coordinator&>(system_->scheduler())),
        seed_(seed), draw_(seed) {
    scheduler_->clock().current_time +=
        std::chrono::hours(1); // an empty time_point means "now" to CAF
  }
  ~test_system() { run(); }
  test_system(const test_system&) = delete;
  test_system& operator=(const test_system&) = delete;

  caf::actor_system& system() { return *system_; }
  /// Lets one actor handle its messages. Returns: false if none has any.
  bool step() {
    auto& ready = scheduler_->jobs;
    if (seed_ != 0 && ready.size() > 1)
      std::swap(ready.front(), ready[draw_() % ready.size()]);
    return scheduler_->try_run_once();
  }
  /// Returns: how many actors could handle a message next.
  std::size_t ready() { return scheduler_->jobs.size(); }
  /// Takes: `which`, below ready(). Returns: what step(which) would do.
  delivery peek(std::size_t which) {
    auto* actor = dynamic_cast<caf::scheduled_actor*>(scheduler_->jobs.at(which));
    if (actor == nullptr)
      return {};
    auto* letter = actor->mailbox().peek();
    if (letter == nullptr)
      return {actor->id(), 0, ""};
    return {actor->id(), letter->sender ? letter->sender->id() : 0, letter->content().stringify()};
  }
  /// Lets one actor handle one message; the others keep their places.
  /// Takes: `which`, below ready().
  bool step(std::size_t which) {
    auto& ready = scheduler_->jobs;
    std::rotate(ready.begin(), ready.begin() + static_cast<std::ptrdiff_t>(which),
                ready.begin() + static_cast<std::ptrdiff_t>(which) + 1);
    return scheduler_->try_run_once();
  }
  bool has_timer() { return scheduler_->has_pending_timeout(); }
  void advance(caf::timespan by) { scheduler_->advance_time(by); }
  void next_timer() { scheduler_->trigger_timeout(); }

#endif

  /// Runs until no actor has a message. Returns: how many steps that took.
  std::size_t run() {
    std::size_t steps = 0;
    while (step())
      ++steps;
    return steps;
  }

  /// Runs, moving the clock from timer to timer, until `done()` or nothing is left to happen.
  template <class Done>
  bool run_until(Done done, std::size_t timers_max = 100'000) {
    for (std::size_t i = 0; i <= timers_max; ++i) {
      while (!done() && step()) {
      }
      if (done())
        return true;
      if (!has_timer())
        return false;
      next_timer();
    }
    return false;
  }
};

} // namespace troupe::runtime
