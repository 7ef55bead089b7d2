// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <caf/timespan.hpp>

#include "actors/primes/service_ports.hpp"
#include "messages/primes.hpp"

namespace troupe::primes {

/// Carries questions of any size to the dispatcher and its answers back. A question that nobody
/// waits for any more is canceled there.
class clerk {
public:
  static constexpr const char* name = "clerk";
  /// Takes: `answer_deadline`, after which a question is answered as late.
  clerk(prime_clerk_actor::pointer self, dispatcher_actor dispatcher, desk_port port,
        caf::timespan answer_deadline);
  ~clerk();
  clerk(const clerk&) = delete;
  clerk& operator=(const clerk&) = delete;
  prime_clerk_actor::behavior_type make_behavior();

private:
  void ask(const numbers_asked& x);

  prime_clerk_actor::pointer self_;
  dispatcher_actor dispatcher_;
  desk_port port_;
  caf::timespan answer_deadline_;
};

} // namespace troupe::primes
