// SPDX-License-Identifier: BSD-3-Clause
#include "actors/primes/check_watcher.hpp"

#include <utility>

#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"

namespace troupe::primes {

check_progress_actor::behavior_type check_watcher::make_behavior() {
  look_again();
  return {
      [this](check_tick) {
        runtime::request(self_, stream_, crew_.progress_interval * 4, check_progress_wanted{})
            .then(
                [this](const check_progress& x) {
                  show_(x.counts);
                  look_again();
                },
                [this](const caf::error&) { look_again(); }); // busy: a look less does no harm
      },
  };
}

check_watcher::check_watcher(check_progress_actor::pointer self, stream_actor stream,
                             const check_ports& ports, crew_limits crew)
    : self_(self), stream_(std::move(stream)), show_(ports.progress), crew_(crew) {}

void check_watcher::look_again() {
  runtime::send_after(self_, crew_.progress_interval, check_progress_actor{self_}, check_tick{});
}

} // namespace troupe::primes
