// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "baselines/gateway/bank.hpp"
#include "io/gateway/bank_service.hpp"

namespace troupe::test {

/// One way of serving a ledger, as the agree tests see it.
struct bank_service_row {
  std::string_view name;
  std::uint32_t partitions = 1;
  std::function<std::unique_ptr<gateway::bank_service>(const gateway::bank_options&)> make;
};

/// The engines of this test program: the baselines alone, which ThreadSanitizer can watch, or the
/// actors.
const std::vector<bank_service_row>& bank_services();

/// The ways without actors.
inline std::vector<bank_service_row> baseline_bank_services() {
  const auto locked = [](unsigned threads) {
    return [threads](const gateway::bank_options& o) {
      return baselines::make_locked_bank(o, threads);
    };
  };
  return {{"serial", 1, locked(0)}, {"pool", 1, locked(3)}};
}

} // namespace troupe::test
