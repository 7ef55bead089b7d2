// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>

#include "actors/crawl/ports.hpp"
#include "messages/crawl.hpp"

namespace troupe::crawl {

/// Asks the coordinator how far it is, now and then, and shows it.
class progress {
public:
  static constexpr const char* name = "progress";
  progress(progress_actor::pointer self, coordinator_actor coordinator, crawl_ports ports,
           crew_limits crew);
  progress_actor::behavior_type make_behavior();

private:
  progress_wanted question();
  void look_again();

  progress_actor::pointer self_;
  coordinator_actor coordinator_;
  crawl_ports ports_;
  crew_limits crew_;
  std::chrono::steady_clock::time_point explain_at_ = {}; // the next time at the earliest
};

} // namespace troupe::crawl
