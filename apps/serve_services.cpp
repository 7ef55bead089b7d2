// SPDX-License-Identifier: BSD-3-Clause
#include "apps/serve_services.hpp"

namespace troupe::apps {

std::vector<gateway::named_service> services::all() const {
  std::vector<gateway::named_service> out;
  const auto add = [&](const char* name, gateway::service* s) {
    if (s)
      out.push_back({name, s});
  };
  add("primes", primes.get());
  add("sources", sources.get());
  return out;
}

services make_services(const serve_options&) { return {}; }

void add_service_routes(gateway::front&, services&, const serve_options&) {}

} // namespace troupe::apps
