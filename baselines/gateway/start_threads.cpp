// SPDX-License-Identifier: BSD-3-Clause
#include "baselines/gateway/start_threads.hpp"

#include <stdexcept>
#include <string>
#include <system_error>

namespace troupe::baselines {

void start_threads(std::vector<std::jthread>& threads, std::size_t count,
                   const std::function<void()>& work, const std::function<void()>& end,
                   const thread_maker& make) {
  threads.reserve(count); // so that nothing but a thread can be wanting
  try {
    while (threads.size() < count)
      threads.push_back(make ? make(work) : std::jthread{work});
  } catch (const std::system_error& e) {
    const auto had = threads.size();
    end();
    threads.clear();
    throw std::runtime_error("only " + std::to_string(had) + " of " + std::to_string(count)
                             + " threads can be had: " + e.code().message());
  }
}

} // namespace troupe::baselines
