// SPDX-License-Identifier: BSD-3-Clause
// Joining, losing and leaving, with the network made up: links come and go when the test says so,
// messages are stepped in orders drawn from a seed, the clock is simulated.

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <caf/scoped_actor.hpp>

#include "actors/cluster/agent.hpp"
#include "actors/cluster/coordinator.hpp"
#include "actors/cluster/follower.hpp"
#include "actors/cluster/signpost.hpp"
#include "domain/cluster/node.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"
#include "runtime/test_system.hpp"

using namespace troupe;
using namespace troupe::cluster;
using namespace std::chrono_literals;

namespace {

/// A cluster whose network is this struct. A dial finds `coordinator`, if there is one.
struct made_up_cluster {
  struct node {
    std::uint64_t instance = 0;
    int started = 0, stopped = 0, ended = 0, late = 0;
    std::function<void()> drained; // set while it drains
    std::vector<std::string> lines;
    agent_actor actor;
  };

  explicit made_up_cluster(std::uint64_t seed) : actors(seed) {}
  ~made_up_cluster() {
    for (auto& [name, n] : nodes) {
      runtime::stop(n.actor);
      n.actor = nullptr;
      n.drained = nullptr;
    }
    for (auto& f : followers)
      runtime::stop(f);
    followers.clear();
    for (auto& [address, d] : doors)
      runtime::stop(d);
    doors.clear();
    lose_coordinator();
    actors.run();
  }

  void start_coordinator() {
    coordinator_ports ports;
    ports.now_unix_ms = [this] { return ++now; };
    ports.changed = [this](const node_report& r) {
      history.push_back(r.facts.name + " " + std::string{to_string(r.state)});
    };
    coordinator = runtime::spawn<cluster::coordinator>(actors.system(), heads{}, ports, bounds);
  }
  void lose_coordinator() {
    if (coordinator)
      runtime::stop(coordinator);
    coordinator = nullptr;
  }

  seeker_ports network(const std::string& name, std::uint64_t instance, std::uint32_t roles) {
    seeker_ports p;
    p.find = [this, name, instance, roles](const std::string& address,
                                           const std::function<void(find_over)>& then) {
      dialed.push_back(address);
      if (const auto d = doors.find(address); d != doors.end())
        return then({0, ++links, d->second, ""});
      if (!coordinator || address.starts_with("shut:"))
        return then({0, 0, {}, "connection refused"});
      const auto id = ++links;
      instance_of[id] = instance;
      runtime::post(coordinator, link_came{{name, instance, roles, 2, "here:" + name}});
      then({0, id, coordinator, ""});
    };
    p.close = [this](std::uint64_t id) {
      closed.push_back(id);
      if (instance_of.count(id) == 0)
        return;
      if (coordinator)
        runtime::post(coordinator, link_changed{instance_of[id], node_state::down, "closed"});
      instance_of.erase(id);
    };
    return p;
  }

  // A node that listens at `address` and knows of a coordinator at `known`.
  void open_door(const std::string& address, const std::string& known) {
    doors[address] = runtime::spawn<signpost>(actors.system());
    runtime::post(doors[address], coordinator_at{known});
  }

  /// What a client that is given these addresses hears, in words, within a minute.
  std::vector<std::string> look_for(const std::vector<std::string>& addresses) {
    std::vector<std::string> heard;
    follower_ports ports;
    ports.found = [&heard](const heads&) { heard.push_back("found"); };
    ports.lost = [&heard](const std::string& why) { heard.push_back(why); };
    auto few = bounds;
    few.rounds_max = 1;
    const auto who =
        runtime::spawn<follower>(actors.system(), addresses, ports, network("client", 99, 0), few);
    pass(1min);
    runtime::stop(who);
    actors.run();
    return heard;
  }

  void start_node(const std::string& name) {
    auto& n = nodes[name];
    n.instance = ++instances;
    agent_ports ports;
    ports.start = [&n](const heads&) { ++n.started; };
    ports.stop = [&n] { ++n.stopped; };
    ports.drain = [&n](std::function<void()> done) { n.drained = std::move(done); };
    ports.say = [&n](const std::string& line) { n.lines.push_back(line); };
    ports.ended = [&n](bool in_time) { ++(in_time ? n.ended : n.late); };
    n.actor = runtime::spawn<agent>(actors.system(), n.instance,
                                    std::vector<std::string>{"first:1", "second:2"}, ports,
                                    network(name, n.instance, cluster::primes), bounds);
  }
  // The process is gone, and so is its link; who watches it notices.
  void kill_node(const std::string& name, bool noticed = true) {
    auto& n = nodes[name];
    std::erase_if(instance_of, [&n](const auto& l) { return l.second == n.instance; });
    runtime::stop(n.actor);
    n.actor = nullptr;
    n.drained = nullptr;
    if (noticed)
      runtime::post(coordinator, link_changed{n.instance, node_state::down, "reset"});
  }

  template <class Answer, class Question>
  Answer ask(Question question) {
    actors.run();
    Answer got;
    caf::scoped_actor me{actors.system()};
    runtime::send(me.ptr(), coordinator, std::move(question));
    actors.run();
    me->receive([&got](const Answer& x) { got = x; });
    return got;
  }
  std::string states() {
    std::string out;
    for (const auto& n : ask<cluster_report>(cluster_wanted{}).nodes)
      out += n.facts.name + " " + std::string{to_string(n.state)} + ";";
    return out;
  }
  void pass(caf::timespan by) {
    actors.run();
    actors.advance(by);
    actors.run();
  }

  cluster_limits bounds;
  runtime::test_system<caf::id_block::troupe> actors;
  coordinator_actor coordinator;
  std::map<std::string, node> nodes;
  std::vector<follower_actor> followers;
  std::map<std::string, signpost_actor> doors; // nodes that listen
  std::vector<std::string> history, dialed;
  std::vector<std::uint64_t> closed;
  std::map<std::uint64_t, std::uint64_t> instance_of;
  std::uint64_t links = 0, instances = 0;
  std::int64_t now = 0;
};

} // namespace

BOOST_AUTO_TEST_SUITE(membership)

BOOST_AUTO_TEST_CASE(nodes_join_and_are_lost_and_come_again) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    made_up_cluster c(seed);
    c.start_coordinator();
    c.start_node("a");
    c.start_node("b");
    c.actors.run();
    BOOST_TEST(c.states() == "a up;b up;");
    BOOST_TEST(c.nodes["a"].started == 1);
    runtime::post(c.coordinator, link_changed{c.nodes["a"].instance, node_state::suspect, "quiet"});
    BOOST_TEST(c.states() == "a suspect;b up;");
    runtime::post(c.coordinator, link_changed{c.nodes["a"].instance, node_state::up, ""});
    BOOST_TEST(c.states() == "a up;b up;");
    c.kill_node("a");
    BOOST_TEST(c.states() == "a down;b up;");
    c.start_node("a");
    BOOST_TEST(c.states() == "a up;b up;");
    BOOST_TEST(c.nodes["a"].started == 2);
    const auto report = c.ask<cluster_report>(cluster_wanted{});
    BOOST_TEST(report.nodes.at(0).joins == 2u);
    BOOST_TEST(report.clients == 0u);
  }
}

BOOST_AUTO_TEST_CASE(a_name_in_use_is_waited_for) {
  made_up_cluster c(1);
  c.start_coordinator();
  c.start_node("a");
  c.actors.run();
  const auto old = c.nodes["a"].instance;
  c.kill_node("a", false); // nobody has noticed yet
  c.start_node("a");
  auto& a = c.nodes["a"];
  c.actors.run();
  BOOST_TEST(a.started == 1); // the old one's
  BOOST_REQUIRE(a.lines.size() >= 1u);
  BOOST_TEST(a.lines.back().find("the name a is in use") != std::string::npos, a.lines.back());
  runtime::post(c.coordinator, link_changed{old, node_state::down, "silent for 2500 ms"});
  c.pass(10s);
  BOOST_TEST(c.states() == "a up;");
  BOOST_TEST(a.started == 2);
}

BOOST_AUTO_TEST_CASE(a_coordinator_that_is_lost_is_looked_for_with_pauses) {
  made_up_cluster c(0);
  c.start_node("a");
  auto& a = c.nodes["a"];
  c.actors.run();
  BOOST_TEST(c.dialed.size() == 2u); // both addresses at once
  c.pass(200ms);
  BOOST_TEST(c.dialed.size() == 4u);
  c.pass(200ms);
  BOOST_TEST(c.dialed.size() == 4u); // the pause has doubled
  c.pass(200ms);
  BOOST_TEST(c.dialed.size() == 6u);
  for (int i = 0; i < 60; ++i)
    c.pass(1s);
  BOOST_TEST(c.dialed.size() > 50u); // never slower than once in two seconds
  BOOST_TEST(c.dialed.size() < 80u);
  c.start_coordinator();
  c.pass(2s);
  BOOST_TEST(a.started == 1);
  c.lose_coordinator();
  c.pass(1ms);
  BOOST_TEST(a.stopped == 1);
  BOOST_TEST(!c.closed.empty());
  c.start_coordinator();
  c.pass(200ms); // the pauses are short again
  c.pass(200ms);
  BOOST_TEST(a.started == 2);
  BOOST_TEST(c.states() == "a up;");
}

BOOST_AUTO_TEST_CASE(a_node_that_drains_finishes_and_leaves) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    made_up_cluster c(seed);
    c.start_coordinator();
    c.start_node("a");
    c.start_node("b");
    c.actors.run();
    auto& a = c.nodes["a"];
    caf::scoped_actor me{c.actors.system()};
    runtime::send(me.ptr(), c.coordinator, drain_node{"a"});
    BOOST_TEST(c.states() == "a draining;b up;");
    BOOST_REQUIRE(a.drained);
    BOOST_TEST(a.stopped + a.ended == 0);
    a.drained();
    BOOST_TEST(c.states() == "a left;b up;");
    std::string refused = "none came";
    me->receive([&refused](const node_drained& x) { refused = x.refused; });
    BOOST_TEST(refused == "");
    BOOST_TEST(a.stopped == 1);
    BOOST_TEST(a.ended == 1);
    c.kill_node("a"); // as a process does that has ended
    BOOST_TEST(c.states() == "a left;b up;");
    const auto none = c.ask<node_drained>(drain_node{"a"});
    BOOST_TEST(none.refused == "the node a has left already");
  }
}

BOOST_AUTO_TEST_CASE(draining_ends_though_the_coordinator_does) {
  made_up_cluster c(3);
  c.start_coordinator();
  c.start_node("a");
  c.start_node("b");
  c.actors.run();
  auto& a = c.nodes["a"];
  runtime::post(a.actor, drain{});
  c.actors.run();
  BOOST_TEST(c.states() == "a draining;b up;");
  c.lose_coordinator();
  c.actors.run();
  BOOST_TEST(a.ended == 1);
  BOOST_TEST(a.stopped == 1);
  auto& b = c.nodes["b"];
  runtime::post(b.actor, drain{}); // it has lost its coordinator, and so all that it had
  c.actors.run();
  BOOST_TEST(b.ended == 1);
  BOOST_TEST(b.stopped == 1);
}

BOOST_AUTO_TEST_CASE(draining_has_a_deadline) {
  made_up_cluster c(3);
  c.bounds.drain_deadline = 1min;
  c.start_coordinator();
  c.start_node("a");
  c.actors.run();
  auto& a = c.nodes["a"];
  runtime::post(a.actor, drain{});
  c.pass(59s);
  BOOST_TEST(c.states() == "a draining;");
  BOOST_TEST(a.ended + a.late == 0);
  c.pass(1s);
  BOOST_TEST(c.states() == "a left;");
  BOOST_TEST(a.late == 1);
  BOOST_TEST(a.stopped == 1);
  a.drained();
  c.actors.run();
  BOOST_TEST(a.ended + a.late == 1);
}

BOOST_AUTO_TEST_CASE(a_client_follows_and_gives_up_when_told_to) {
  made_up_cluster c(0);
  c.bounds.rounds_max = 2;
  int found = 0, lost = 0, gave_up = 0;
  follower_ports ports;
  ports.found = [&](const heads&) { ++found; };
  ports.lost = [&](const std::string& why) {
    ++lost;
    BOOST_TEST(why == "only:1: connection refused");
  };
  ports.gave_up = [&] { ++gave_up; };
  const auto start = [&](std::uint64_t instance) {
    c.followers.push_back(runtime::spawn<follower>(c.actors.system(),
                                                   std::vector<std::string>{"only:1"}, ports,
                                                   c.network("c", instance, 0), c.bounds));
  };
  start(7);
  c.pass(200ms);
  BOOST_TEST(found == 0);
  BOOST_TEST(lost == 2);
  BOOST_TEST(gave_up == 1);
  c.start_coordinator();
  start(8);
  c.actors.run();
  BOOST_TEST(found == 1);
  BOOST_TEST(c.ask<cluster_report>(cluster_wanted{}).clients == 1u);
  BOOST_TEST(c.ask<cluster_report>(cluster_wanted{}).nodes.empty());
  runtime::post(c.coordinator, link_changed{8, node_state::down, "reset"});
  BOOST_TEST(c.ask<cluster_report>(cluster_wanted{}).clients == 0u);
}

BOOST_AUTO_TEST_CASE(a_client_hears_who_is_there_for_as_long_as_there_is_a_coordinator) {
  made_up_cluster c(0);
  c.start_coordinator();
  std::vector<std::uint64_t> clients;
  follower_ports ports;
  ports.found = [](const heads&) {};
  ports.lost = [](const std::string&) {};
  ports.report = [&](const cluster_report& x, const std::string& at) {
    clients.push_back(x.clients);
    BOOST_TEST(at == "only:1");
  };
  ports.report_every = 1s;
  const auto who = runtime::spawn<follower>(c.actors.system(), std::vector<std::string>{"only:1"},
                                            ports, c.network("c", 8, 0), c.bounds);
  c.actors.run();
  BOOST_TEST(clients == std::vector<std::uint64_t>{1});
  c.pass(1s);
  c.pass(1s);
  BOOST_TEST(clients.size() == 3u);
  runtime::stop(c.coordinator); // and the next one is found at the same address
  c.actors.run();
  c.start_coordinator();
  c.pass(2s);
  const auto before = clients.size();
  c.pass(1s);
  BOOST_TEST(clients.size() == before + 1); // one question at a time, whatever came between
  runtime::stop(who);
  c.actors.run();
}

BOOST_AUTO_TEST_CASE(a_link_that_comes_late_is_closed) {
  made_up_cluster c(0);
  c.start_coordinator();
  std::deque<std::function<void(find_over)>> waiting;
  auto ports = c.network("c", 9, 0);
  ports.find = [&](const std::string&, std::function<void(find_over)> then) {
    waiting.push_back(std::move(then));
  };
  int found = 0;
  const auto who = runtime::spawn<follower>(
      c.actors.system(), std::vector<std::string>{"only:1"},
      follower_ports{[&found](const heads&) { ++found; }, [](const std::string&) {}, {}, {}}, ports,
      c.bounds);
  c.actors.run();
  BOOST_REQUIRE(waiting.size() == 1u);
  waiting[0]({0, 0, {}, "too slow"});
  c.actors.run();
  waiting[0]({0, 5, c.coordinator, ""}); // of an attempt that is over
  c.pass(1s);
  BOOST_TEST(c.closed == std::vector<std::uint64_t>{5});
  BOOST_TEST(found == 0);
  runtime::stop(who);
  waiting.clear();
  c.actors.run();
}

BOOST_AUTO_TEST_CASE(any_node_that_listens_tells_where_the_coordinator_is) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    made_up_cluster c(seed);
    c.start_coordinator();
    c.open_door("seed:1", "head:1");
    BOOST_TEST(c.look_for({"seed:1"}) == std::vector<std::string>{"found"});
    BOOST_TEST(c.dialed == (std::vector<std::string>{"seed:1", "head:1"}));
    BOOST_TEST(c.closed.size() == 2u); // none is left open, the node's first
    // One that knows a node that knows, three times in all.
    c.open_door("b:1", "seed:1");
    c.open_door("c:1", "b:1");
    BOOST_TEST(c.look_for({"c:1"}) == std::vector<std::string>{"found"});
    c.open_door("d:1", "c:1");
    BOOST_TEST(
        c.look_for({"d:1"})
        == std::vector<std::string>{"seed:1: a node that knows another one, and so on, 3 times"});
  }
}

BOOST_AUTO_TEST_CASE(what_a_node_tells_is_weighed) {
  made_up_cluster c(0);
  c.start_coordinator();
  c.open_door("lone:1", "");
  BOOST_TEST(
      c.look_for({"lone:1"})
      == std::vector<std::string>{"lone:1: a node, which knows of no coordinator at the moment"});
  for (const char* here : {"127.0.0.1:7000", "127.1:7000", "[::1]:7000", "localhost:7000"}) {
    c.open_door("far:1", here);
    BOOST_TEST(
        c.look_for({"far:1"})
        == std::vector<std::string>{
            "far:1: a node that knows the coordinator only by an address of its own machine"});
    c.open_door("127.0.0.1:2", here);
    BOOST_TEST(c.look_for({"127.0.0.1:2"}) == std::vector<std::string>{"found"});
  }
  c.open_door("far:1", std::string(address_bytes_max, 'a') + ":1");
  BOOST_TEST(c.look_for({"far:1"}).size() == 1u);
  // One that sends others to itself, or in a circle.
  c.open_door("self:1", "self:1");
  BOOST_TEST(c.look_for({"self:1"}).size() == 1u);
  c.open_door("x:1", "y:1");
  c.open_door("y:1", "x:1");
  c.dialed.clear();
  BOOST_TEST(c.look_for({"x:1"}).size() == 1u);
  BOOST_TEST(c.dialed.size() == 4u);
  // A second address is tried after that.
  BOOST_TEST(c.look_for({"x:1", "head:1"}).back() == "found");
  // Where it says, nobody is.
  c.open_door("old:1", "shut:1");
  BOOST_TEST(c.look_for({"old:1"}) == std::vector<std::string>{"shut:1: connection refused"});
}

BOOST_AUTO_TEST_CASE(what_was_told_is_remembered) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    made_up_cluster c(seed);
    c.start_coordinator();
    c.open_door("seed:1", "head:1");
    int found = 0, lost = 0;
    follower_ports ports;
    ports.found = [&found](const heads&) { ++found; };
    ports.lost = [&lost](const std::string&) { ++lost; };
    const auto who = runtime::spawn<follower>(c.actors.system(), std::vector<std::string>{"seed:1"},
                                              ports, c.network("c", 8, 0), c.bounds);
    c.pass(1s);
    BOOST_TEST(found == 1);
    // Both end; only the coordinator comes again.
    runtime::stop(c.doors["seed:1"]);
    c.doors["seed:1"] = runtime::spawn<signpost>(c.actors.system());
    c.lose_coordinator();
    c.pass(10s);
    BOOST_TEST(lost > 0);
    c.start_coordinator();
    c.pass(10s);
    BOOST_TEST(found == 2);
    runtime::stop(who);
    c.actors.run();
  }
}

BOOST_AUTO_TEST_SUITE_END()
