// SPDX-License-Identifier: BSD-3-Clause
#include "apps/serve_cluster.hpp"

#include <chrono>
#include <cstdio>
#include <mutex>
#include <optional>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "actors/bank/far_bank.hpp"
#include "actors/bank/service.hpp"
#include "actors/cluster/follower.hpp"
#include "actors/primes/ports.hpp"
#include "actors/primes/relay.hpp"
#include "actors/primes/service.hpp"
#include "apps/link_options.hpp"
#include "io/unix_time.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"
#include "runtime/wait.hpp"

namespace troupe::apps {

void serve_cluster_options::declare(CLI::App& app) {
  app.add_option("--at", at_, "HOST:PORT of a cluster's coordinator, several with commas between")
      ->group("Connections to other processes");
  app.add_option(
         "--at-services", services_,
         "What its nodes do: primes (large questions), bank (guarded), with a comma between")
      ->group("Connections to other processes")
      ->delimiter(',')
      ->check(CLI::IsMember({"primes", "bank"}))
      ->capture_default_str();
  declare_link_bounds(app, process);
}

std::string serve_cluster_options::finish(const CLI::App& app) {
  if (app.count("--at") == 0)
    return app.count("--at-services") == 0 ? "" : "--at-services is for --at";
  if (const auto wrong = read_addresses(at_, process.tls_dir, coordinators); !wrong.empty())
    return "--at: " + wrong;
  for (const auto& s : services_) {
    primes = primes || s == "primes";
    bank = bank || s == "bank";
  }
  if (bank && app.count("--bank") > 0)
    return "--bank and --at-services bank: one of them";
  return "";
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
  std::mutex lock;  // guards what follows
  std::string no_bank = "no coordinator was found yet";
  std::string bank_missing() {
    const std::lock_guard hold{lock};
    return no_bank;
  }
  void set_no_bank(std::string why) {
    const std::lock_guard hold{lock};
    no_bank = std::move(why);
  }

  cluster::process here;
  std::optional<bank::far_bank> bank;
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
  if (options.bank)
    bank.emplace(here.system());
  relay = runtime::spawn<primes::relay>(here.system(), patience());
  follower = runtime::spawn<cluster::follower>(here.system(), options.coordinators, ports(),
                                               here.seeking(), cluster::cluster_limits{});
}

serve_cluster::impl::~impl() {
  runtime::stop(follower);
  runtime::stop(relay);
  // It calls us back, and our members go before the system waits for its actors.
  runtime::wait_for_end(here.system(), follower);
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
    if (bank) {
      bank->use(whom.bank);
      set_no_bank(whom.bank ? "" : "that coordinator has no bank");
    }
  };
  p.lost = [this](const std::string& why) {
    if (said != why)
      say("no coordinator: " + why + "; trying again");
    said = why;
    readings.lose(why);
    runtime::post(relay, primes::dispatcher_lost{});
    if (bank) {
      bank->lose("no coordinator: " + why);
      set_no_bank("no coordinator: " + why);
    }
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

std::unique_ptr<gateway::bank_service> serve_cluster::bank(const gateway::bank_options& options) {
  return bank::make_far_bank_service(options, *impl_->bank,
                                     [my = impl_.get()] { return my->bank_missing(); });
}

gateway::cluster_readings& serve_cluster::readings() { return impl_->readings; }

} // namespace troupe::apps
