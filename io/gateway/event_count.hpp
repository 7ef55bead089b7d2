// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstdint>

namespace troupe::gateway {

/// How often something happened, for a reading now and then. Threads: any.
class event_count {
public:
  void add() { n_.fetch_add(1, std::memory_order_relaxed); }
  std::uint64_t now() const { return n_.load(std::memory_order_relaxed); }

private:
  std::atomic<std::uint64_t> n_{0};
};

} // namespace troupe::gateway
