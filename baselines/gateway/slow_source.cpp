// SPDX-License-Identifier: BSD-3-Clause
#include "baselines/gateway/slow_source.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace troupe::baselines {

namespace {

gateway::source_answer read(const gateway::source_set& from, gateway::source_kind which,
                            std::chrono::milliseconds longest) {
  switch (which) {
  case gateway::source_kind::file:
    return from.read_file();
  case gateway::source_kind::db:
    return from.query_database();
  case gateway::source_kind::api:
    return from.call_api_and_wait(longest);
  }
  return {};
}

} // namespace

gateway::source_answer read_slowly(const gateway::source_set& from, gateway::source_kind which,
                                   const std::stop_token& stop) {
  using std::chrono::milliseconds;
  const auto begin = std::chrono::steady_clock::now();
  const milliseconds longest{from.options().source_ms_max};
  const milliseconds delay{from.options().delay_ms[static_cast<std::size_t>(which)]};
  {
    std::mutex mine;
    std::condition_variable_any asleep;
    std::unique_lock hold{mine};
    asleep.wait_for(hold, stop, std::min(delay, longest), [] { return false; });
  }
  gateway::source_answer a;
  if (stop.stop_requested()) {
    a.error = "nobody waits any more";
  } else if (delay < longest) {
    a = read(from, which, longest - delay);
  }
  const auto took =
      std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
  if (took >= longest) {
    a = {};
    a.error = "no answer in time";
    a.late = true;
  }
  a.took_ms = static_cast<std::uint64_t>(took.count());
  return a;
}

} // namespace troupe::baselines
