// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "io/gateway/prime_service.hpp"
#include "io/gateway/source_service.hpp"
#include "io/gateway/sources.hpp"

namespace troupe::test {

struct gateway_engine_row {
  std::string_view name;
  std::function<std::unique_ptr<gateway::prime_service>(std::size_t waiting_max)> primes;
  std::function<std::unique_ptr<gateway::source_service>(
      std::shared_ptr<const gateway::source_set>)>
      trio;
  bool side_by_side = true; ///< the three sources are read at once, and the asking thread goes on
};

/// The engines of this test program: the baselines, which ThreadSanitizer can watch, or the actors
/// beside one of them.
const std::vector<gateway_engine_row>& gateway_engines();

} // namespace troupe::test
