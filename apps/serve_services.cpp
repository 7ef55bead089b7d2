// SPDX-License-Identifier: BSD-3-Clause
#include "apps/serve_services.hpp"

#include <utility>

#include "actors/bank/service.hpp"
#include "actors/gateway/source_service.hpp"
#include "actors/primes/service.hpp"
#include "baselines/gateway/bank.hpp"
#include "baselines/gateway/pool.hpp"
#include "baselines/gateway/serial.hpp"
#include "io/gateway/bank_routes.hpp"
#include "io/gateway/counted_primes.hpp"
#include "io/gateway/crawl_routes.hpp"
#include "io/gateway/prime_routes.hpp"
#include "io/gateway/source_routes.hpp"
#include "io/gateway/sources.hpp"

namespace troupe::apps {

namespace {

// The server lets no more in: an engine that refused some of them would be the smaller door.
std::size_t waiting_max(const serve_options& options) {
  return options.server.bounds.requests_in_flight_max;
}

} // namespace

std::vector<gateway::named_service> services::all() const {
  std::vector<gateway::named_service> out;
  const auto add = [&](const char* name, gateway::service* s) {
    if (s)
      out.push_back({name, s});
  };
  add("primes", primes.get());
  add("sources", trio.get());
  add("bank", bank.get());
  add("crawls", crawls.get());
  add("cluster", cluster ? &cluster->readings() : nullptr);
  return out;
}

services make_services(const serve_options& options) {
  const auto from = std::make_shared<const gateway::source_set>(options.sources);
  services s;
  s.made_folder = from->made_folder();
  if (options.engine == "actors") {
    if (options.cluster.wanted())
      s.cluster = std::make_unique<serve_cluster>(options.cluster, options.quiet);
    s.primes = options.cluster.primes
                   ? s.cluster->primes(options.server.threads, waiting_max(options))
                   : primes::make_prime_service({.workers = options.workers,
                                                 .desks = options.server.threads,
                                                 .waiting_max = waiting_max(options)});
    s.trio = gateway::make_source_actors(from, {.waiting_max = waiting_max(options)});
  } else if (options.engine == "pool") {
    s.primes = baselines::make_pool_primes(
        {.threads = options.workers, .waiting_max = waiting_max(options)});
    s.trio = baselines::make_pool_sources(from);
  } else {
    s.primes = baselines::make_serial_primes();
    s.trio = baselines::make_serial_sources(from);
  }
  s.primes = gateway::count_numbers(std::move(s.primes));
  if (options.crawls.wanted)
    s.crawls = options.cluster.crawls ? s.cluster->crawls(options.crawls.service)
                                      : make_crawls(options.crawls, options.engine);
  if (options.cluster.bank)
    s.bank = s.cluster->bank(options.bank);
  if (options.bank.file.empty())
    return s;
  if (options.engine == "actors")
    s.bank = bank::make_bank_service(options.bank);
  else
    s.bank =
        baselines::make_locked_bank(options.bank, options.engine == "pool" ? options.workers : 0);
  return s;
}

void add_service_routes(gateway::front& f, services& s, const serve_options& options) {
  gateway::add_source_routes(f, *s.trio);
  if (s.cluster)
    gateway::add_cluster_route(f, s.cluster->readings());
  gateway::add_prime_routes(f, *s.primes, options.numbers);
  if (s.bank)
    gateway::add_bank_routes(f, *s.bank, options.bank_routes);
  if (s.crawls)
    gateway::add_crawl_routes(f, *s.crawls, options.crawls.routes);
}

} // namespace troupe::apps
