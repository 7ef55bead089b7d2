// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include <caf/typed_response_promise.hpp>

#include "actors/jobs/ports.hpp"
#include "messages/jobs_far.hpp"
#include "runtime/mail.hpp"

namespace troupe::jobs {

/// One job at a node, from the offer of a hand to its end: has a slot, and is its runner and its
/// printer as far as that knows.
///
///   job_part     -> once the command is whole, a slot, which is given it
///   print_lines  -> output_parts, as many as credit allows; answered when all of it was taken
///   attempt_over -> job_over; the hand ends when its lease has it
///   hand_released, lease down -> it ends; a slot that is at work kills its process group
///   slot down    -> job_over, as worker_lost
class hand {
public:
  static constexpr const char* name = "hand";
  /// Takes: `node`, its name.
  hand(hand_actor::pointer self, job_head_actor head, std::string node, job_ports ports,
       job_crew_limits crew, far_job_limits limits);
  ~hand();
  hand(const hand&) = delete;
  hand& operator=(const hand&) = delete;
  hand_actor::behavior_type make_behavior();

private:
  using promise = caf::typed_response_promise<lines_printed>;
  struct lines {
    bool err = false;
    std::string text;
    std::size_t sent = 0, taken = 0;
    promise answer;
  };
  void gather(job_part& x);
  void start(const job_part& last);
  void pass_on();
  void taken(const output_taken& x);
  void over(attempt what);
  void leave();

  hand_actor::pointer self_;
  job_head_actor head_;
  std::string node_;
  job_ports ports_;
  job_crew_limits crew_;
  far_job_limits limits_;
  runtime::watcher watcher_;
  lease_actor lease_;
  run_job work_;
  bool stop_ = false;
  std::size_t argv_bytes_ = 0;
  slot_actor slot_; // from the whole command on
  std::deque<lines> lines_;
  std::uint64_t out_bytes_ = 0; // sent, not taken
  std::uint32_t out_parts_ = 0;
  std::string error_; // why nothing is taken any more
  bool over_ = false;
};

} // namespace troupe::jobs
