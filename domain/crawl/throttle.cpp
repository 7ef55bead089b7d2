// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/throttle.hpp"

#include <algorithm>

namespace troupe::crawl {

std::uint32_t throttled_delay_ms(std::uint32_t before, std::chrono::milliseconds took, bool failed,
                                 const limits& bounds) {
  constexpr double target_min = 0.01;
  const double target =
      bounds.autothrottle_target > target_min ? bounds.autothrottle_target : target_min;
  const double wanted = static_cast<double>(std::max<std::int64_t>(took.count(), 0)) / target;
  const double next = (before + wanted) / 2;
  const auto most = static_cast<double>(bounds.autothrottle_delay_ms_max);
  const auto delay = static_cast<std::uint32_t>(std::min(next, most));
  return failed ? std::max(before, delay) : delay;
}

} // namespace troupe::crawl
