// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "actors/primes/ports.hpp"
#include "messages/primes.hpp"

namespace troupe::primes {

/// Asks the stream how far it is, now and then, and shows it.
class check_watcher {
public:
  static constexpr const char* name = "check_watcher";
  check_watcher(check_progress_actor::pointer self, stream_actor stream, const check_ports& ports,
                crew_limits crew);
  check_progress_actor::behavior_type make_behavior();

private:
  void look_again();

  check_progress_actor::pointer self_;
  stream_actor stream_;
  std::function<void(const line_counts&)> show_;
  crew_limits crew_;
};

} // namespace troupe::primes
