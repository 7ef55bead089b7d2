// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "io/gateway/prime_service.hpp"
#include "messages/primes.hpp"

namespace troupe::primes {

/// Settings of the actors behind a gateway's questions about primes.
struct prime_service_options {
  unsigned workers = 2;            ///< checkers, for large questions
  unsigned desks = 1;              ///< for small ones; as many as threads ask
  std::size_t waiting_max = 4'096; ///< questions without an answer; more are `overloaded`
  /// Of up to 64 bits, that a desk answers by itself: under 0.1 ms.
  std::size_t desk_numbers_max = 256;
  std::chrono::seconds answer_deadline{60}; ///< of a large question: then it is `late`
};

// clang-format off
/// Desks, a clerk, a dispatcher and checkers in an actor system of their own.
///
///   check() -- numbers_asked --> desk                               few numbers of up to 64 bits: one hop
///           -- numbers_asked --> clerk --> dispatcher --> checkers  all others
///
/// Returns: never null. Throws: std::system_error if no thread can be had.
// clang-format on
std::unique_ptr<gateway::prime_service>
make_prime_service(const prime_service_options& options = {});

/// The same with its checkers in other processes: desks and a clerk, in a system of whoever calls.
/// Takes: a system that outlives the service; whom the clerk asks, as a relay; `workers` counts for
/// nothing.
std::unique_ptr<gateway::prime_service> make_far_prime_service(const prime_service_options& options,
                                                               caf::actor_system& system,
                                                               const relay_actor& whom);

} // namespace troupe::primes
