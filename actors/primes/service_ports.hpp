// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "io/gateway/prime_service.hpp"

namespace troupe::primes {

/// Those who asked from outside, as desk and clerk see them.
struct desk_port {
  /// Called once a ticket; nothing happens if its asker has gone.
  std::function<void(std::uint64_t ticket, gateway::prime_answer)> answer;
  /// Called once, when the actor has ended: no more answers come from it.
  std::function<void(std::string why)> gone;
};

} // namespace troupe::primes
