// SPDX-License-Identifier: BSD-3-Clause
#include "apps/node_status.hpp"

#include <chrono>
#include <cstdio>
#include <string>

#include <boost/json.hpp>

#include "actors/cluster/questions.hpp"
#include "io/unix_time.hpp"

namespace troupe::apps {

namespace {

double seconds_since(std::int64_t unix_ms) {
  return static_cast<double>(std::max<std::int64_t>(io::now_unix_ms() - unix_ms, 0)) / 1'000;
}

int complain(const std::string& what) {
  std::fprintf(stderr, "troupe-node: %s\n", what.c_str());
  return 1;
}

void print_table(const cluster::cluster_report& report) {
  std::printf("%-24s %-9s %10s  %-14s %8s %6s  %s\n", "NODE", "STATE", "SINCE", "ROLES", "WORKERS",
              "JOINS", "ADDRESS, WHY");
  for (const auto& n : report.nodes)
    std::printf("%-24s %-9s %8.1f s  %-14s %8u %6u  %s%s%s\n", n.facts.name.c_str(),
                std::string{to_string(n.state)}.c_str(), seconds_since(n.since_unix_ms),
                cluster::role_words(n.facts.roles).c_str(), n.facts.processors, n.joins,
                n.facts.address.c_str(), n.why.empty() ? "" : "  ", n.why.c_str());
  std::printf("%zu nodes, %llu clients\n", report.nodes.size(),
              static_cast<unsigned long long>(report.clients));
}

void print_json(const cluster::cluster_report& report) {
  boost::json::array nodes;
  for (const auto& n : report.nodes)
    nodes.push_back(boost::json::object{
        {"name", n.facts.name},
        {"state", std::string{to_string(n.state)}},
        {"since", static_cast<double>(n.since_unix_ms) / 1'000},
        {"roles", cluster::role_words(n.facts.roles)},
        {"workers", n.facts.processors},
        {"joins", n.joins},
        {"address", n.facts.address},
        {"why", n.why},
    });
  const boost::json::object all{{"nodes", std::move(nodes)}, {"clients", report.clients}};
  std::printf("%s\n", boost::json::serialize(all).c_str());
}

} // namespace

int show_status(const node_options& options) {
  cluster::process here{options.process};
  here.start();
  const auto report = cluster::who_is_there(here, options.coordinators, options.bounds);
  if (!report)
    return complain(report.error());
  if (options.json)
    print_json(*report);
  else
    print_table(*report);
  return 0;
}

int drain_node(const node_options& options) {
  cluster::process here{options.process};
  here.start();
  const auto answer =
      cluster::have_drained(here, options.coordinators, options.drained, options.bounds);
  if (!answer)
    return complain(answer.error());
  if (!answer->refused.empty())
    return complain(answer->refused);
  if (!options.quiet)
    std::fprintf(stderr, "troupe-node: the node %s has left\n", options.drained.c_str());
  return 0;
}

} // namespace troupe::apps
