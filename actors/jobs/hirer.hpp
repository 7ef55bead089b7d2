// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "actors/jobs/ports.hpp"
#include "messages/jobs_far.hpp"
#include "runtime/mail.hpp"

namespace troupe::jobs {

/// Finds hands for a run at whichever head there is, and has a far slot for each.
///
///   slots_wanted -> as many are asked for as jobs could start, up to the plan's slots in all
///                   those that come too late are returned, for others to have
///   hand_granted -> a far slot, which asks the runner for a job
///   head lost    -> its hands are lost, and what they did; another one is waited for, away_max at
///                   most, and then the crew is told
///
/// Takes: `say`, called with a line for a person; may be empty.
class hirer {
public:
  static constexpr const char* name = "hirer";
  hirer(hirer_actor::pointer self, job_plan plan, job_ports ports, job_crew_limits crew,
        far_job_limits limits, std::function<void(const std::string& line)> say);
  ~hirer();
  hirer(const hirer&) = delete;
  hirer& operator=(const hirer&) = delete;
  hirer_actor::behavior_type make_behavior();

private:
  struct held {
    far_slot_actor who;
    bool busy = false;
  };
  void use(const job_head_actor& head);
  void open();
  void lost(const std::string& why);
  void wait();
  void ask();
  void granted(hand_granted& x);
  void see_if_any(bool any);
  void due(std::uint64_t number);
  void say(const std::string& line) const;
  void fail(const std::string& error);

  hirer_actor::pointer self_;
  job_plan plan_;
  job_ports ports_;
  job_crew_limits crew_limits_;
  far_job_limits limits_;
  std::function<void(const std::string& line)> say_;
  runtime::watcher watcher_;
  crew_actor crew_;
  runner_actor runner_;
  printer_actor printer_;
  job_head_actor head_;
  std::uint64_t run_ = 0;    // at that head; 0: not open
  std::uint64_t orders_ = 0; // runs that were opened; what comes of an older one is late
  std::uint64_t wanted_ = 0; // by the runner
  std::uint64_t asked_ = 0;  // hands on their way
  std::uint64_t busy_ = 0;
  std::map<caf::actor_addr, held> slots_;
  std::uint64_t waits_ = 0; // for a head: 2n + 1 is what a hirer_due says to the nth
  std::uint64_t nones_ = 0; // times that there was no hand: and 2n to these
  bool opened_once_ = false;
  bool any_ = true, said_none_ = false; // hands
  bool failed_ = false;
  std::string why_lost_; // the last trouble: told once until it changes
};

} // namespace troupe::jobs
