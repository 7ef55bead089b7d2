// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "io/gateway/front.hpp"
#include "io/gateway/services.hpp"

namespace troupe::gateway {

/// A service under the name by which /readyz tells of it: "primes", "bank".
struct named_service {
  std::string name;
  service* what; ///< outlives the front
};

/// Adds
///
///     GET /healthz   200 {"status":"alive"}: the process answers; nothing else is asked
///     GET /readyz    200 {"status":"ready"}, or a 503 problem that names who cannot work, or says
///                    that the server is draining
///
/// Takes: `draining`, called on any thread.
void add_health_routes(front& f, std::vector<named_service> services,
                       std::function<bool()> draining);

} // namespace troupe::gateway
