// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "actors/primes/service_ports.hpp"
#include "messages/primes.hpp"

namespace troupe::primes {

/// Answers questions that take microseconds, each in the message that brings it: there is nobody
/// else to wait for. Whoever sends it more than that keeps the others waiting.
class desk {
public:
  static constexpr const char* name = "desk";
  desk(prime_desk_actor::pointer self, desk_port port);
  ~desk();
  desk(const desk&) = delete;
  desk& operator=(const desk&) = delete;
  prime_desk_actor::behavior_type make_behavior();

private:
  desk_port port_;
};

} // namespace troupe::primes
