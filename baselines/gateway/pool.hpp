// SPDX-License-Identifier: BSD-3-Clause
//
// The gateway's engines without actors, as the tutorial has them: a pool of threads with one queue.
#pragma once

#include <cstddef>
#include <memory>

#include "io/gateway/prime_service.hpp"
#include "io/gateway/source_service.hpp"
#include "io/gateway/sources.hpp"

namespace troupe::baselines {

struct pool_options {
  unsigned threads = 2;
  std::size_t waiting_max = 4'096; ///< tasks in the queue; more are `overloaded`
};

/// A thread for each source of so many trios: 200 at once take as long as one. What an actor does
/// with a message that comes later, a pool does with a thread that sleeps, 600 of them.
inline constexpr pool_options source_pool{600, 12'288};

/// Each question is a task. Those that were not begun when they were canceled are skipped.
std::unique_ptr<gateway::prime_service> make_pool_primes(const pool_options& options = {});

/// Each source of each trio is a task: it sleeps its delay, then reads. Threads are started as
/// there is work for them, up to options.threads.
std::unique_ptr<gateway::source_service>
make_pool_sources(std::shared_ptr<const gateway::source_set> from,
                  const pool_options& options = source_pool);

} // namespace troupe::baselines
