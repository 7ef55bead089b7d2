// SPDX-License-Identifier: BSD-3-Clause
#include "tests/cluster/world.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "actors/cluster/agent.hpp"
#include "actors/cluster/coordinator.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::test {

namespace {

enum class trouble : std::uint8_t { none, dead, cut, stopped };

} // namespace

std::uint64_t seeds(std::uint64_t usual) {
  const char* wanted = std::getenv("TROUPE_SEEDS");
  return wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : usual;
}

struct cluster_world::node {
  std::size_t number = 0, at = 0;
  trouble what = trouble::none;
  std::unique_ptr<node_work> work;
  cluster::agent_actor agent;
};

struct cluster_world::head {
  std::size_t at = 0;
  bool dead = false;
  std::int64_t now = 0;
  std::vector<cluster::node_report> roster; // as the coordinator told, the last of each name
  std::unique_ptr<head_work> work;
  cluster::coordinator_actor actor;
};

cluster_world::cluster_world(std::uint64_t seed, make_head heads, make_work work,
                             std::uint32_t roles)
    : net(seed), heads_(std::move(heads)), work_(std::move(work)), roles_(roles) {}

cluster_world::~cluster_world() {
  net.let_all_end();
  stop_followers();
  for (auto& n : nodes_)
    stop_node(*n);
  for (auto& h : coordinators_) {
    runtime::stop(h->actor);
    h->actor = nullptr;
    h->work = nullptr;
  }
  net.run();
}

void cluster_world::stop_followers() {
  for (auto& f : followers_)
    runtime::stop(f);
  followers_.clear();
}

void cluster_world::stop_node(node& n) {
  runtime::stop(n.agent);
  n.agent = nullptr;
}

void cluster_world::start_head() {
  auto h = std::make_unique<head>();
  h->at = net.add("head", 0);
  auto& here = net.system(h->at);
  h->work = heads_();
  cluster::coordinator_ports ports;
  ports.now_unix_ms = [p = h.get()] { return ++p->now; };
  ports.changed = [p = h.get()](const cluster::node_report& r) {
    std::erase_if(p->roster, [&r](const auto& x) { return x.facts.name == r.facts.name; });
    p->roster.push_back(r);
  };
  h->actor = runtime::spawn<cluster::coordinator>(here, h->work->start(here), ports,
                                                  cluster::cluster_limits{});
  net.show(h->at, h->actor, h->actor);
  coordinators_.push_back(std::move(h));
}

void cluster_world::start_node(std::size_t number) {
  auto n = std::make_unique<node>();
  n->number = number;
  n->at = net.add("n" + std::to_string(number), roles_);
  n->work = work_();
  cluster::agent_ports ports;
  auto& here = net.system(n->at);
  ports.start = [p = n.get(), &here](const cluster::heads& whom) { p->work->start(here, whom); };
  ports.stop = [p = n.get()] { p->work->stop(); };
  ports.drain = [p = n.get()](std::function<void()> done) { p->work->drain(std::move(done)); };
  ports.say = [this](const std::string& line) { lines.push_back(line); };
  ports.ended = [](bool) {};
  n->agent = runtime::spawn<cluster::agent>(here, net.facts(n->at).instance,
                                            std::vector<std::string>{"head:1"}, ports,
                                            net.seeking(n->at), cluster::cluster_limits{});
  now_.resize(std::max(now_.size(), number + 1));
  now_[number] = n.get();
  nodes_.push_back(std::move(n));
}

void cluster_world::drain_node(std::size_t number) {
  runtime::post(now_.at(number)->agent, cluster::drain{});
}

std::size_t cluster_world::start_client(cluster::follower_ports ports) {
  const auto at = net.add("client" + std::to_string(followers_.size()), 0);
  followers_.push_back(runtime::spawn<cluster::follower>(
      net.system(at), std::vector<std::string>{"head:1"}, std::move(ports), net.seeking(at),
      cluster::cluster_limits{}));
  return at;
}

void cluster_world::blow(bool heads_too) {
  ++blows_;
  auto& h = *coordinators_.back();
  if (heads_too && (h.dead || net.draw(4) == 0)) {
    if (!std::exchange(h.dead, !h.dead))
      net.kill(h.at);
    else
      start_head();
    return;
  }
  auto& n = *now_[net.draw(now_.size())];
  switch (n.what) {
  case trouble::dead:
    return start_node(n.number);
  case trouble::stopped:
    net.go_on(n.at);
    [[fallthrough]];
  case trouble::cut:
    net.mend(n.at);
    n.what = trouble::none;
    return;
  case trouble::none:
    break;
  }
  switch (net.draw(4)) {
  case 0:
    n.what = trouble::dead;
    return net.kill(n.at);
  case 1:
    n.what = trouble::stopped; // the others lose it, and it does not know
    net.pause(n.at);
    return net.cut(n.at);
  case 2: // a short one: it may be back before the other side has noticed
    net.cut(n.at);
    return net.mend(n.at);
  default:
    n.what = trouble::cut;
    net.cut(n.at);
  }
}

void cluster_world::heal() {
  if (coordinators_.back()->dead)
    start_head();
  for (std::size_t i = 0; i < now_.size(); ++i) {
    auto& n = *now_[i];
    if (n.what == trouble::dead) {
      start_node(i);
      continue;
    }
    net.go_on(n.at);
    net.mend(n.at);
    n.what = trouble::none;
  }
}

void cluster_world::turns(std::size_t n) {
  for (const auto until = net.now() + quiet_max; n > 0; --n)
    if (!net.step() && !net.next_timer(until))
      return;
}

bool cluster_world::is_up(std::size_t number) {
  const auto& known = coordinators_.back()->roster;
  const auto name = "n" + std::to_string(number);
  return std::any_of(known.begin(), known.end(), [&](const auto& r) {
    return r.facts.name == name && r.state == cluster::node_state::up
           && r.facts.instance == net.facts(now_.at(number)->at).instance;
  });
}

} // namespace troupe::test
