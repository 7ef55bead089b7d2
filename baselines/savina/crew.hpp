// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <future>
#include <thread>
#include <vector>

namespace troupe::baselines {

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
        if (begin.get())
          body(i);
      });
  } catch (...) {
    all_there.set_value(false);
    throw;
  }
  all_there.set_value(true);
}

} // namespace troupe::baselines
