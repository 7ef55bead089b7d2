// SPDX-License-Identifier: BSD-3-Clause
// Clients, a coordinator and nodes in one simulated system: jobs at a cluster without processes.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/jobs/hirer.hpp"
#include "actors/jobs/job_head.hpp"
#include "actors/jobs/team.hpp"
#include "tests/actors/jobs/fake_processes.hpp"

namespace troupe::test {

struct far_world {
  struct node {
    fake_processes world;
    jobs::job_team_actor team;
    std::size_t killed = 0; // programs
    bool left = false;
  };
  struct client {
    fake_processes world;
    jobs::hirer_actor hirer;
    jobs::crew_actor crew;
    std::optional<jobs::job_summary> ended;
    std::vector<std::string> said;
  };

  runtime::test_system<caf::id_block::troupe> actors;
  std::mt19937_64 draw;
  jobs::far_job_limits limits;
  jobs::job_head_actor head;
  std::vector<std::unique_ptr<node>> nodes;
  std::vector<std::unique_ptr<client>> clients;

  explicit far_world(std::uint64_t seed, jobs::far_job_limits bounds = {})
      : actors(seed), draw(seed), limits(bounds) {
    next_head();
  }
  ~far_world() {
    for (auto& c : clients)
      lose(*c);
    for (auto& n : nodes)
      lose(*n);
    runtime::stop(head);
    head = nullptr;
    for (auto& n : nodes)
      n->world.running.clear(); // they hold handles of actors
    actors.run();
  }

  void next_head() { head = runtime::spawn<jobs::job_head>(actors.system(), limits); }

  node& add_node(std::uint32_t slots = 2) {
    nodes.push_back(std::make_unique<node>());
    auto& n = *nodes.back();
    start_team(n, "node" + std::to_string(nodes.size()), slots);
    return n;
  }
  void start_team(node& n, const std::string& name, std::uint32_t slots) {
    jobs::job_team_ports ports;
    ports.outside = n.world.ports();
    ports.outside.abandon = [&n](std::uint64_t id) { n.killed += n.world.running.erase(id); };
    ports.node = name;
    ports.slots = slots;
    ports.left = [&n] { n.left = true; };
    n.team =
        runtime::spawn<jobs::team>(actors.system(), head, ports, jobs::job_crew_limits{}, limits);
  }
  // As when its process is gone: nothing of it is heard any more.
  void lose(node& n) {
    runtime::stop(n.team);
    n.team = nullptr;
  }

  client& add_client(std::uint64_t jobs, const jobs::job_plan& plan) {
    clients.push_back(std::make_unique<client>());
    auto& c = *clients.back();
    c.world.jobs = jobs;
    c.world.prefix = std::string(1, static_cast<char>('a' + clients.size() - 1));
    start_run(c, plan);
    return c;
  }
  void start_run(client& c, const jobs::job_plan& plan) {
    c.hirer = runtime::spawn<jobs::hirer>(
        actors.system(), plan, c.world.ports(), jobs::job_crew_limits{}, limits,
        std::function<void(const std::string&)>{
            [&c](const std::string& line) { c.said.push_back(line); }});
    c.crew =
        runtime::spawn<jobs::crew>(actors.system(), plan, c.world.ports(), jobs::job_crew_limits{},
                                   std::function<void(jobs::job_summary)>{
                                       [&c](jobs::job_summary s) { c.ended = std::move(s); }},
                                   c.hirer);
    if (head)
      runtime::post(c.hirer, jobs::use_job_head{head});
  }
  void lose(client& c) {
    runtime::stop(c.crew);
    runtime::stop(c.hirer);
    c.crew = nullptr;
    c.hirer = nullptr;
  }
  // With it go the nodes' teams, as their agents see to.
  void lose_head() {
    runtime::stop(head);
    head = nullptr;
    for (auto& n : nodes)
      lose(*n);
    for (auto& c : clients)
      if (c->hirer)
        runtime::post(c->hirer, jobs::job_head_lost{"connection reset"});
  }

  std::size_t running() const {
    std::size_t all = 0;
    for (const auto& n : nodes)
      all += n->world.running.size();
    return all;
  }
  std::size_t running_of(const client& c) const {
    std::size_t all = 0;
    for (const auto& n : nodes)
      for (const auto& [id, p] : n->world.running)
        all += p.spec.argv.at(0).starts_with(c.world.prefix);
    return all;
  }
  int starts(const std::string& command) const {
    int all = 0;
    for (const auto& n : nodes)
      if (const auto i = n->world.starts.find(command); i != n->world.starts.end())
        all += i->second;
    return all;
  }
  bool end_one() {
    const auto first = draw() % nodes.size();
    for (std::size_t i = 0; i < nodes.size(); ++i)
      if (nodes[(first + i) % nodes.size()]->world.end_one(draw))
        return true;
    return false;
  }
  // Whatever can happen; the clock moves when nothing else can.
  bool turn() {
    const bool stepped = actors.step();
    const bool end = draw() % 3 == 0 || !stepped;
    if ((end && !nodes.empty() && end_one()) || stepped)
      return true;
    if (!actors.has_timer())
      return false;
    actors.next_timer();
    return true;
  }
  void turns(std::size_t n) {
    for (; n > 0; --n)
      turn();
  }
  bool finish(client& c) {
    for (int i = 0; i < 400'000 && !c.ended; ++i)
      if (!turn())
        return false;
    return c.ended.has_value();
  }
};

} // namespace troupe::test
