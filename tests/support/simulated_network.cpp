// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/simulated_network.hpp"

#include <algorithm>
#include <utility>

#include "runtime/mail.hpp"

namespace troupe::test {

simulated_network::simulated_network(std::uint64_t seed) : test_network(seed) {
  when_noticed([this](wire_id id) {
    const auto [client, server] = ends_.at(id);
    if (const auto& told = who_[server].told)
      runtime::post(told, cluster::link_changed{who_[client].facts.instance,
                                                cluster::node_state::down, "it is lost"});
  });
}

simulated_network::~simulated_network() {
  let_all_end();
  run(); // its notices still come here
  when_noticed({});
  who_.clear();
}

simulated_network::place simulated_network::add(const std::string& name, std::uint32_t roles) {
  const auto p = test_network::add();
  who_.push_back({{name, p + 1, roles, 2, name}, {}, {}});
  return p;
}

void simulated_network::show(place p, const cluster::door_actor& door,
                             const cluster::coordinator_actor& told) {
  who_.at(p).door = door;
  who_.at(p).told = told;
}

cluster::seeker_ports simulated_network::seeking(place from) {
  cluster::seeker_ports ports;
  ports.find = [this, from](const std::string& address,
                            std::function<void(cluster::find_over)> then) {
    dial(from, address, std::move(then));
  };
  ports.close = [this](std::uint64_t id) {
    if (id != 0)
      end(id);
  };
  return ports;
}

void simulated_network::dial(place from, const std::string& address,
                             std::function<void(cluster::find_over)> then) {
  place to = 0;
  while (to < who_.size() && (killed(to) || who_[to].facts.name + ":1" != address))
    ++to;
  if (to == who_.size() || !who_[to].door || who_[to].cut || who_[from].cut)
    return then({0, 0, {}, "nobody is there"});
  // As runtime/guarded_scribe and cluster::process have it: the last one ends first.
  if (const auto known = known_to_server(from, to); !known.empty()) {
    for (const auto id : known)
      end(id);
    return then({0, 0, {}, "its last connection is still known there"});
  }
  if (who_[to].told)
    runtime::post(who_[to].told, cluster::link_came{who_[from].facts});
  const auto id = connect(from, to, who_[to].door,
                          [then = std::move(then)](wire_id made, const caf::strong_actor_ptr& who) {
                            if (who)
                              then({0, made, caf::actor_cast<cluster::door_actor>(who), ""});
                            else
                              then({0, 0, {}, "no handshake"});
                          });
  ends_[id] = {from, to};
}

void simulated_network::cut(place p) {
  who_.at(p).cut = true;
  test_network::cut(p);
}

} // namespace troupe::test
