// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <vector>

#include "io/gateway/front.hpp"
#include "io/gateway/live_feed.hpp"
#include "io/gateway/metrics.hpp"
#include "io/gateway/page_routes.hpp"

namespace troupe::apps {

/// What there is to see of troupe-serve: /metrics, the pages at /ui/ and /openapi.json.
///
///     watch w(services.all());
///     w.add_routes(front);              last: it tells of all routes
///     report = [&](auto& r) { w.count(r); };
///     http_server server(...);
///     const watch::of_server now(w, server);   until the server goes
class watch {
public:
  /// Takes: services that outlive the front.
  explicit watch(const std::vector<gateway::named_service>& services);

  void add_routes(gateway::front& f);
  /// Threads: any.
  void count(const io::request_report& r) noexcept { metrics_.count(r); }
  /// Ends the streams; belongs before http_server::stop(). Threads: any.
  void stop() { live_.stop(); }

  /// Says whose connections are told of. When it goes the streams end, and nobody asks the server
  /// any more.
  class of_server {
  public:
    of_server(watch& w, const io::http_server& server);
    ~of_server();
    of_server(const of_server&) = delete;
    of_server& operator=(const of_server&) = delete;

  private:
    watch& watch_;
  };

private:
  io::http_server_counts counts() const;

  std::atomic<const io::http_server*> server_{nullptr};
  gateway::metrics metrics_;
  gateway::pages pages_;
  gateway::live_feed live_;
};

} // namespace troupe::apps
