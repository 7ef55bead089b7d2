// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <mutex>
#include <utility>

#include "io/gateway/services.hpp"

namespace troupe::gateway {

/// Where an engine that has no locks leaves its counters for whoever reads them. Threads: any.
class last_reading {
public:
  void set(reading now) {
    const std::lock_guard hold{lock_};
    last_ = std::move(now);
  }
  reading get() const {
    const std::lock_guard hold{lock_};
    return last_;
  }

private:
  mutable std::mutex lock_;
  reading last_;
};

} // namespace troupe::gateway
