// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/cluster_readings.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/json.hpp>

#include "domain/cluster/hello.hpp"
#include "io/gateway/answers.hpp"

namespace troupe::gateway {

namespace json = boost::json;
using cluster::node_state;

void cluster_readings::set(std::vector<cluster::node_report> nodes, std::uint64_t clients,
                           std::string coordinator, std::int64_t now_unix_ms) {
  const std::lock_guard hold{lock_};
  nodes_ = std::move(nodes);
  clients_ = clients;
  coordinator_ = std::move(coordinator);
  why_not_.clear();
  read_unix_ms_ = now_unix_ms;
}

void cluster_readings::lose(std::string why) {
  const std::lock_guard hold{lock_};
  why_not_ = "no coordinator: " + why;
}

std::string cluster_readings::not_ready() {
  const std::lock_guard hold{lock_};
  return why_not_;
}

reading cluster_readings::read() {
  constexpr std::array<std::pair<node_state, const char*>, 4> told{
      {{node_state::up, "nodes_up"},
       {node_state::suspect, "nodes_suspect"},
       {node_state::draining, "nodes_draining"},
       {node_state::down, "nodes_down"}}};
  const std::lock_guard hold{lock_};
  reading out;
  for (const auto& [state, name] : told) {
    const auto n = std::count_if(nodes_.begin(), nodes_.end(),
                                 [s = state](const auto& x) { return x.state == s; });
    out.counters.push_back({name, static_cast<std::uint64_t>(n), false});
  }
  out.counters.push_back({"cluster_clients", clients_, false});
  for (const auto& n : nodes_)
    out.nodes.push_back({n.facts.name, std::string{to_string(n.state)},
                         cluster::role_words(n.facts.roles), n.facts.processors, n.facts.address,
                         n.why, n.since_unix_ms});
  return out;
}

std::string cluster_readings::text() {
  const std::lock_guard hold{lock_};
  json::array nodes;
  for (const auto& n : nodes_)
    nodes.push_back(json::object{{"name", n.facts.name},
                                 {"state", to_string(n.state)},
                                 {"roles", cluster::role_words(n.facts.roles)},
                                 {"processors", n.facts.processors},
                                 {"address", n.facts.address},
                                 {"why", n.why},
                                 {"since_unix_ms", n.since_unix_ms},
                                 {"joins", n.joins}});
  return json::serialize(json::object{{"connected", why_not_.empty()},
                                      {"why_not", why_not_},
                                      {"coordinator", coordinator_},
                                      {"read_unix_ms", read_unix_ms_},
                                      {"clients", clients_},
                                      {"nodes", std::move(nodes)}})
         + "\n";
}

void add_cluster_route(front& f, cluster_readings& from) {
  f.add({.method = io::http_method::get,
         .pattern = "/cluster",
         .handle = [&from](const exchange& x) { x.answer.send(json_answer(200, from.text())); }});
}

} // namespace troupe::gateway
