// SPDX-License-Identifier: BSD-3-Clause
#include "actors/primes/desk.hpp"

#include <utility>

#include "actors/primes/check_list.hpp"
#include "messages/type_ids.hpp"

namespace troupe::primes {

prime_desk_actor::behavior_type desk::make_behavior() {
  return {
      [this](const numbers_asked& x) {
        port_.answer(x.ticket, {gateway::fault::none, check_list(x.list, method::fast, {})});
      },
  };
}

desk::desk(prime_desk_actor::pointer, desk_port port) : port_(std::move(port)) {}

// However it ended: who still waits must hear of it.
desk::~desk() { port_.gone("a desk has ended"); }

} // namespace troupe::primes
