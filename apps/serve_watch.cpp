// SPDX-License-Identifier: BSD-3-Clause
#include "apps/serve_watch.hpp"

#include "io/gateway/openapi.hpp"
#include "io/gateway/race_routes.hpp"

namespace troupe::apps {

watch::watch(const std::vector<gateway::named_service>& services)
    : metrics_(services, [this] { return counts(); }),
      live_(services, [this] { return counts(); }) {}

void watch::add_routes(gateway::front& f) {
  gateway::add_metrics_routes(f, metrics_);
  gateway::add_page_routes(f, pages_, live_);
  gateway::add_race_routes(f);
  gateway::add_openapi_route(f);
  metrics_.know_routes(f.routes());
}

io::http_server_counts watch::counts() const {
  const auto* server = server_.load();
  return server ? server->counts() : io::http_server_counts{};
}

watch::of_server::of_server(watch& w, const io::http_server& server) : watch_(w) {
  watch_.server_.store(&server);
}

watch::of_server::~of_server() {
  watch_.stop(); // its thread asks for the counts; the routes do only while the server runs
  watch_.server_.store(nullptr);
}

} // namespace troupe::apps
