// SPDX-License-Identifier: BSD-3-Clause
#include "apps/primes_far.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>

#include "actors/cluster/follower.hpp"
#include "actors/primes/ports.hpp"
#include "actors/primes/relay.hpp"
#include "actors/primes/run.hpp"
#include "domain/cluster/hello.hpp"
#include "domain/cluster/roster.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::apps {

io::prime_summary check_far(const far_options& options, const io::prime_plan& plan,
                            const io::prime_setting& setting) {
  cluster::process here{options.process};
  here.start();
  auto relay = runtime::spawn<primes::relay>(here.system(), primes::crew_limits{});
  const auto said = std::make_shared<std::string>(); // the last trouble: told once
  cluster::follower_ports ports;
  ports.found = [relay, said](const cluster::heads& whom) {
    if (!said->empty())
      std::fprintf(stderr, "troupe-primes: connected again\n");
    said->clear();
    if (whom.primes)
      runtime::post(relay, primes::use_dispatcher{whom.primes});
    else
      std::fprintf(stderr, "troupe-primes: that coordinator does not check primes\n");
  };
  ports.lost = [relay, said](const std::string& why) {
    if (*said != why)
      std::fprintf(stderr, "troupe-primes: no coordinator: %s; trying again\n", why.c_str());
    *said = why;
    runtime::post(relay, primes::dispatcher_lost{});
  };
  // A node that is being started may be a second late.
  ports.report = [in_vain = 0](const cluster::cluster_report& who, const std::string&) mutable {
    const bool checked =
        (who.own_roles & cluster::primes) != 0
        || std::any_of(who.nodes.begin(), who.nodes.end(), [](const cluster::node_report& n) {
             return (n.facts.roles & cluster::primes) != 0 && !cluster::is_gone(n.state);
           });
    in_vain = checked ? 0 : in_vain + 1;
    if (in_vain == 2)
      std::fputs("troupe-primes: no node checks primes for that coordinator: waiting for one "
                 "(troupe-node --join ... --roles primes)\n",
                 stderr);
  };
  auto follower = runtime::spawn<cluster::follower>(here.system(), options.coordinators, ports,
                                                    here.seeking(), cluster::cluster_limits{});
  return primes::check_stream(here.system(), plan, setting, 0, relay, [&relay, &follower] {
    runtime::stop(follower);
    runtime::stop(relay);
    follower = nullptr;
    relay = nullptr;
  });
}

} // namespace troupe::apps
