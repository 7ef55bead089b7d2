// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <stop_token>

#include "io/gateway/sources.hpp"

namespace troupe::baselines {

/// Sleeps the source's delay, then reads it. Returns: late if it did not come within source_ms_max.
/// A stop ends the sleep.
gateway::source_answer read_slowly(const gateway::source_set& from, gateway::source_kind which,
                                   const std::stop_token& stop = {});

} // namespace troupe::baselines
