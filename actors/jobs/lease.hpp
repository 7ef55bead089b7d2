// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "messages/jobs_far.hpp"
#include "runtime/mail.hpp"

namespace troupe::jobs {

/// One node's hand, lent to one client's run for one job: passes on what the two say to each other,
/// and tells each of the other's end. It keeps nothing; what is under way is bounded by the credit
/// of those two.
///
///   client gone -> the hand is released, which kills what it runs
///   hand gone   -> the job is over, as worker_lost
class lease {
public:
  static constexpr const char* name = "lease";
  lease(lease_actor::pointer self, hand_actor hand, std::string node, hirer_actor hirer);
  lease_actor::behavior_type make_behavior();

private:
  void taken(const hand_taken& x);
  void over(job_over x);
  void client_gone();
  void hand_gone(const caf::error& why);

  lease_actor::pointer self_;
  hand_actor hand_;
  std::string node_;
  hirer_actor hirer_;
  runtime::watcher watcher_;
  far_slot_actor slot_;
  bool begun_ = false;       // a job has come
  bool over_ = false;        // it has ended
  bool wanted_back_ = false; // the node leaves
};

} // namespace troupe::jobs
