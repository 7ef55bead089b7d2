// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

namespace troupe::baselines {

/// Makes a thread that runs this. Throws: std::system_error if none can be had.
using thread_maker = std::function<std::jthread(std::function<void()> work)>;

/// Starts so many threads, all or none: where one cannot be had, `end` is called, which has to make
/// those that there are return from `work`, and they are joined. Whoever lets a constructor's error
/// out without that waits for them for ever.
/// Takes: what makes them; none: std::jthread.
/// Throws: std::runtime_error with one line that says how many there were.
void start_threads(std::vector<std::jthread>& threads, std::size_t count,
                   const std::function<void()>& work, const std::function<void()>& end,
                   const thread_maker& make = {});

} // namespace troupe::baselines
