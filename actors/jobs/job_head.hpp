// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "actors/jobs/ports.hpp"
#include "messages/jobs_far.hpp"
#include "runtime/mail.hpp"

namespace troupe::jobs {

/// Lends the nodes' hands to clients' runs, each for one job: to the run that has the fewest of
/// those that have asked, and of several such to the one whose last turn is longest ago.
///
///   run_opened -> a run; want_hands -> so many more, as they become free
///   hand_free  -> a lease, at once or when somebody asks
///   hand_leaves -> released if it is free; else its lease sees to it
///
/// Cost: a few hundred bytes a hand, an actor for each that is lent. Jobs and outputs pass through
/// the leases and are not kept.
class job_head {
public:
  static constexpr const char* name = "job_head";
  job_head(job_head_actor::pointer self, far_job_limits bounds);
  ~job_head();
  job_head(const job_head&) = delete;
  job_head& operator=(const job_head&) = delete;
  job_head_actor::behavior_type make_behavior();

private:
  struct run {
    hirer_actor who;
    std::uint64_t asks = 0, hands = 0;
    std::uint64_t turn = 0; // its last
  };
  struct hand {
    hand_actor who;
    std::string node;
    lease_actor lease;     // empty: free
    std::uint64_t run = 0; // that it is lent to
  };
  run_taken open(const run_opened& x);
  void came(const hand_free& x);
  void leaves(const hand_leaves& x);
  void gone(const caf::actor_addr& hand);
  void match();
  void lend(std::uint64_t id, run& to);
  void tell_if_any(bool any);

  job_head_actor::pointer self_;
  far_job_limits bounds_;
  runtime::watcher watcher_;
  std::map<std::uint64_t, run> runs_;
  std::map<caf::actor_addr, hand> hands_;
  std::deque<hand_actor> free_; // oldest first
  std::map<caf::actor_addr, lease_actor> leases_;
  std::uint64_t next_run_ = 1, turns_ = 0;
};

} // namespace troupe::jobs
