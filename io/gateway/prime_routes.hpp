// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "domain/gateway/number_query.hpp"
#include "io/gateway/front.hpp"
#include "io/gateway/prime_service.hpp"

namespace troupe::gateway {

/// Adds
///
///     GET  /is_prime/{numbers}   "17,91" -> {"17":true,"91":false}
///     POST /is_prime             [17, "91"] -> the same
///
/// to the front; both open. Above 2^64 `true` means that it passed a test which no composite is
/// known to pass. Faults: 400 invalid_number names those that are none; 413 too_many_numbers is a
/// limit's. Takes: a service that outlives the front.
void add_prime_routes(front& to, prime_service& service, const number_limits& bounds = {});

} // namespace troupe::gateway
