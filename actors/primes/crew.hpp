// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>

#include "messages/primes.hpp"

namespace troupe::primes {

/// Checkers without a stream of their own, for who is no actor: a node's, who ask a dispatcher
/// elsewhere, or a coordinator's dispatcher, with or without checkers beside it.
class crew {
public:
  /// Takes: `checkers`, 0 only without `whose`: then all come from elsewhere; `whose`, the
  /// dispatcher that they ask; empty: one of its own.
  crew(caf::actor_system& system, unsigned checkers, dispatcher_actor whose = {});
  /// Stops them at once, also what they are at.
  ~crew();
  crew(const crew&) = delete;
  crew& operator=(const crew&) = delete;

  /// Returns: whom they ask.
  const dispatcher_actor& dispatcher() const;
  /// They finish what they have begun, give back what they have not, and get no more; then `done`
  /// is called, once, on a thread of the actors'; also if they cannot, because they are stopped.
  void drain(std::function<void()> done);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::primes
