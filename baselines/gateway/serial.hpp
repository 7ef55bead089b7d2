// SPDX-License-Identifier: BSD-3-Clause
//
// The gateway's engines without anything: the thread that asks does the work, and serves nobody
// else meanwhile.
#pragma once

#include <memory>

#include "io/gateway/prime_service.hpp"
#include "io/gateway/source_service.hpp"
#include "io/gateway/sources.hpp"

namespace troupe::baselines {

std::unique_ptr<gateway::prime_service> make_serial_primes();

/// The three sources one after the other: their delays add up.
std::unique_ptr<gateway::source_service>
make_serial_sources(std::shared_ptr<const gateway::source_set> from);

} // namespace troupe::baselines
