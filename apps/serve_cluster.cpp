// SPDX-License-Identifier: BSD-3-Clause
#include "apps/serve_cluster.hpp"

#include <chrono>
#include <cstdio>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "actors/cluster/follower.hpp"
#include "actors/primes/ports.hpp"
#include "actors/primes/relay.hpp"
#include "actors/primes/service.hpp"
#include "apps/link_options.hpp"
#include "io/unix_time.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::apps {

void serve_cluster_options::declare(CLI::App& app) {
  app.add_option("--at", at_,
                 "HOST:PORT of a cluster's coordinator, several with commas between: its nodes "
                 "check large questions about primes")
      ->group("Connections to other processes");
  declare_link_bounds(app, process);
}

std::string serve_cluster_options::finish(const CLI::App& app) {
  if (app.count("--at") == 0)
    return "";
  const auto wrong = read_addresses(at_, coordinators);
  return wrong.empty() ? "" : "--at: " + wrong;
}

struct serve_cluster::impl {
  impl(const serve_cluster_options& options, bool quiet);
  ~impl();
  cluster::follower_ports ports();
  void say(const std::string& line) const {
    if (!quiet)
      std::fprintf(stderr, "troupe-serve: %s\n", line.c_str());
  }

  const bool quiet;
  gateway::cluster_readings readings;
  std::string said; // the last trouble: told once; of the follower
  cluster::process here;
  primes::relay_actor relay;
  cluster::client_actor follower;
};

namespace {

cluster::process_options beside_a_server(cluster::process_options o) {
  o.batch = true; // its threads share the processors with the sockets'
  return o;
}

// Somebody waits at the other end of a request: better refused soon than answered late.
primes::crew_limits patience() {
  primes::crew_limits crew;
  crew.away_max = std::chrono::seconds(5);
  return crew;
}

} // namespace

serve_cluster::impl::impl(const serve_cluster_options& options, bool q)
    : quiet(q), here(beside_a_server(options.process)) {
  here.start();
  relay = runtime::spawn<primes::relay>(here.system(), patience());
  follower = runtime::spawn<cluster::follower>(here.system(), options.coordinators, ports(),
                                               here.seeking(), cluster::cluster_limits{});
}

serve_cluster::impl::~impl() {
  runtime::stop(follower);
  runtime::stop(relay);
}

cluster::follower_ports serve_cluster::impl::ports() {
  cluster::follower_ports p;
  p.found = [this](const cluster::heads& whom) {
    if (!said.empty())
      say("connected to the coordinator again");
    said.clear();
    if (whom.primes)
      runtime::post(relay, primes::use_dispatcher{whom.primes});
    else
      say("that coordinator does not check primes");
  };
  p.lost = [this](const std::string& why) {
    if (said != why)
      say("no coordinator: " + why + "; trying again");
    said = why;
    readings.lose(why);
    runtime::post(relay, primes::dispatcher_lost{});
  };
  p.report = [this](const cluster::cluster_report& who, const std::string& address) {
    readings.set(who.nodes, who.clients, address, io::now_unix_ms());
  };
  return p;
}

serve_cluster::serve_cluster(const serve_cluster_options& options, bool quiet)
    : impl_(std::make_unique<impl>(options, quiet)) {}

serve_cluster::~serve_cluster() = default;

std::unique_ptr<gateway::prime_service> serve_cluster::primes(unsigned desks,
                                                              std::size_t waiting_max) {
  primes::prime_service_options o;
  o.desks = desks;
  o.waiting_max = waiting_max;
  return primes::make_far_prime_service(o, impl_->here.system(), impl_->relay);
}

gateway::cluster_readings& serve_cluster::readings() { return impl_->readings; }

} // namespace troupe::apps
