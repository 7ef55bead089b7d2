// SPDX-License-Identifier: BSD-3-Clause
// Clients, a coordinator and nodes in one simulated system: jobs at a cluster without processes.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

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

inline jobs::job_plan far_plan() {
  jobs::job_plan plan;
  plan.slots = 4'096;
  plan.rules.ahead_max = 6;
  return plan;
}

inline std::string lines_of(const far_world::client& c, std::uint64_t jobs) {
  std::string all;
  for (std::uint64_t i = 1; i <= jobs; ++i)
    all += c.world.prefix + std::to_string(i) + "\n";
  return all;
}

// Each job that was begun has one last row, and no row behind it. It was started no more often than
// it has rows: an attempt is one start at most, and none comes after a good one. What is printed is
// what the last attempts wrote that came through.
inline void check_rows(const far_world& w, const far_world::client& c) {
  std::map<std::uint64_t, int> rows;
  std::set<std::uint64_t> over;
  std::multiset<std::string> written;
  for (const auto& row : c.world.log) {
    BOOST_TEST(over.count(row.seq) == 0u, "job " << row.seq << " has a row after its last");
    ++rows[row.seq];
    BOOST_TEST(row.what.number == static_cast<std::uint32_t>(rows[row.seq]));
    if (row.final)
      over.insert(row.seq);
    if (row.final && row.what.end != jobs::job_end::worker_lost)
      written.insert(c.world.prefix + std::to_string(row.seq));
    if (row.what.end != jobs::job_end::stopped)
      BOOST_TEST(row.what.node.starts_with("node"), row.what.node);
  }
  for (std::uint64_t seq = 1; seq <= c.world.jobs; ++seq)
    BOOST_TEST(w.starts(c.world.prefix + std::to_string(seq)) <= rows[seq],
               "job " << seq << " was run once more than it has rows");
  std::multiset<std::string> printed;
  for (std::size_t at = 0, end; at < c.world.out.size(); at = end + 1) {
    end = c.world.out.find('\n', at);
    printed.insert(c.world.out.substr(at, end - at));
  }
  BOOST_TEST((printed == written));
}

inline void check_all_over(const far_world& w, const far_world::client& c) {
  check_rows(w, c);
  std::size_t last = 0;
  for (const auto& row : c.world.log)
    last += row.final;
  BOOST_TEST(last == c.world.jobs);
  BOOST_TEST(c.ended->counts.done + c.ended->counts.failed == c.world.jobs);
  BOOST_TEST(c.ended->error == "");
}

} // namespace troupe::test
