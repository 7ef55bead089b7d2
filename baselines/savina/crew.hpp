// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <condition_variable>
#include <cstdint>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "io/trace/watched_mutex.hpp"

namespace troupe::baselines {

/// Waits under a lock until `ready` holds; a slice of the timeline, if it has to.
template <class Ready>
void wait_for(std::condition_variable& wakes, std::unique_lock<std::mutex>& lock, const char* name,
              Ready ready) {
  trace::waiting(name, ready, [&] { wakes.wait(lock, ready); });
}

/// Runs `body(i)` for each i below `count`, each on a thread of its own, and joins them all. None
/// begins before the last is there: they may wait for each other, and where one cannot be had, the
/// others would wait for ever.
/// Throws: std::system_error if there are not so many threads; nobody has begun then.
template <class Body>
void run_crew(std::uint64_t count, Body body) {
  std::promise<bool> all_there;
  const auto begin = all_there.get_future().share();
  std::vector<std::jthread> threads;
  threads.reserve(count);
  try {
    for (std::uint64_t i = 0; i < count; ++i)
      threads.emplace_back([&body, begin, i] {
        if (!begin.get())
          return;
        if (trace::on())
          trace::name_thread("thread " + std::to_string(i));
        const trace::slice takes_part{"takes part"};
        body(i);
      });
  } catch (...) {
    all_there.set_value(false);
    throw;
  }
  all_there.set_value(true);
}

} // namespace troupe::baselines
