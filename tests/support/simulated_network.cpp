// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/simulated_network.hpp"

#if !TROUPE_CAF1

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

#include <caf/actor_registry.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/io/middleman.hpp>
#include <caf/io/network/test_multiplexer.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>

#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/network.hpp"
#include "runtime/system.hpp"

namespace troupe::test {

namespace {

constexpr std::uint16_t number = 1; // by which CAF's broker knows what is shown
constexpr auto handshake_deadline = std::chrono::seconds(3);

struct config : runtime::system_config {
  config() {
    add_types<caf::id_block::troupe>();
    runtime::network_layer(*this);
    set("scheduler.policy", caf::atom("testing"));
    set("middleman.network-backend", caf::atom("testing"));
    set("middleman.manual-multiplexing", true);
  }
};

} // namespace

struct simulated_network::process {
  process(const std::string& name, std::uint64_t instance, std::uint32_t roles)
      : facts{name, instance, roles, 2, name}, actors(conf),
        scheduler(dynamic_cast<caf::scheduler::test_coordinator&>(actors.scheduler())),
        net(dynamic_cast<caf::io::network::test_multiplexer&>(actors.middleman().backend())),
        broker(actors.middleman().named_broker<caf::io::basp_broker>(caf::atom("BASP"))) {
    // An empty one means "now" to CAF.
    scheduler.clock().current_time += std::chrono::hours(1);
    began = scheduler.clock().current_time;
  }
  bool handle_message(std::uint64_t draw) {
    auto& ready = scheduler.jobs;
    if (ready.size() > 1)
      std::swap(ready.front(), ready[draw % ready.size()]);
    return scheduler.try_run_once();
  }

  cluster::node_facts facts;
  config conf;
  caf::actor_system actors;
  caf::scheduler::test_coordinator& scheduler;
  caf::io::network::test_multiplexer& net;
  caf::actor broker;
  cluster::door_actor door;
  cluster::coordinator_actor told;
  std::set<std::string> names;        // of what the door takes
  caf::actor_clock::time_point began; // of the test, on its clock
  bool cut = false, paused = false, killed = false;
};

struct simulated_network::wire {
  struct end {
    place at = 0;
    caf::io::connection_handle hdl;
    bool open = true; // has not noticed the end
  };
  std::uint64_t id = 0;
  end client, server;
  bool carries = true;
  bool ended = false;
};

simulated_network::simulated_network(std::uint64_t seed) : draw_(seed) {}

simulated_network::~simulated_network() {
  let_all_end();
  for (auto& p : processes_) {
    p->door = nullptr;
    p->told = nullptr;
  }
  run_until([] { return false; }); // who only waits for a deadline ends by that
  for (const auto& p : processes_)
    if (const auto left = p->actors.registry().running(); left != 0) {
      // Its system would wait for them for ever.
      std::fprintf(stderr, "%s: %zu actors were not stopped\n", p->facts.name.c_str(), left);
      std::abort();
    }
}

simulated_network::place simulated_network::add(const std::string& name, std::uint32_t roles) {
  processes_.push_back(std::make_unique<process>(name, processes_.size() + 1, roles));
  auto& p = *processes_.back();
  p.scheduler.clock().current_time = p.began + now_;
  return processes_.size() - 1;
}

caf::actor_system& simulated_network::system(place p) { return processes_.at(p)->actors; }

const cluster::node_facts& simulated_network::facts(place p) const {
  return processes_.at(p)->facts;
}

void simulated_network::show(place p, const cluster::door_actor& door,
                             const cluster::coordinator_actor& told) {
  auto& here = *processes_.at(p);
  here.door = door;
  here.told = told;
  here.names = here.actors.message_types<cluster::door_actor>();
}

cluster::seeker_ports simulated_network::seeking(place from) {
  cluster::seeker_ports ports;
  ports.find = [this, from](const std::string& address,
                            std::function<void(cluster::find_over)> then) {
    dial(from, address, std::move(then));
  };
  ports.close = [this](std::uint64_t id) {
    if (id != 0)
      end(*wires_.at(id - 1));
  };
  return ports;
}

void simulated_network::dial(place from, const std::string& address,
                             std::function<void(cluster::find_over)> then) {
  const auto found = std::find_if(processes_.begin(), processes_.end(), [&address](const auto& p) {
    return !p->killed && p->facts.name + ":1" == address;
  });
  auto& here = *processes_.at(from);
  if (found == processes_.end() || !(*found)->door || (*found)->cut || here.cut)
    return then({0, 0, {}, "nobody is there"});
  auto& there = **found;
  // As runtime/guarded_scribe has it: the first one ends before there is a second.
  bool first_one_is_there = false;
  for (auto& w : wires_)
    if (w->client.at == from && processes_[w->server.at].get() == &there && w->server.open) {
      end(*w);
      first_one_is_there = true;
    }
  if (first_one_is_there && guarded)
    return then({0, 0, {}, "its last connection is still known there"});
  auto w = std::make_unique<wire>();
  w->id = wires_.size() + 1;
  const auto handle = static_cast<std::int64_t>(2 * w->id);
  w->client = {from, caf::io::connection_handle::from_int(handle), true};
  w->server = {static_cast<place>(found - processes_.begin()),
               caf::io::connection_handle::from_int(handle + 1), true};
  // What one side writes is what the other can read, once the test lets it.
  there.net.prepare_connection(caf::io::accept_handle::from_int(handle), w->server.hdl, here.net,
                               address, static_cast<std::uint16_t>(w->id), w->client.hdl);
  if (there.told)
    runtime::post(there.told, cluster::link_came{here.facts});
  caf::anon_send(there.broker, caf::publish_atom::value, there.net.new_scribe(w->server.hdl),
                 number, caf::actor_cast<caf::strong_actor_ptr>(there.door), there.names);
  here.actors.spawn(
      [this, id = w->id, broker = here.broker, scribe = here.net.new_scribe(w->client.hdl),
       then = std::move(then)](caf::event_based_actor* self, bool) {
        self->request(broker, handshake_deadline, caf::connect_atom::value, scribe, number)
            .then(
                [id, then](const caf::node_id&, const caf::strong_actor_ptr& who,
                           const std::set<std::string>&) {
                  then({0, id, caf::actor_cast<cluster::door_actor>(who), ""});
                },
                [this, id, then](const caf::error&) {
                  end(*wires_.at(id - 1));
                  then({0, 0, {}, "no handshake"});
                });
      },
      true);
  wires_.push_back(std::move(w));
}

void simulated_network::end(wire& w) { w.ended = true; }

void simulated_network::cut(place p) {
  processes_.at(p)->cut = true;
  for (auto& w : wires_)
    if (w->client.at == p || w->server.at == p) {
      w->carries = false;
      end(*w);
    }
}

void simulated_network::mend(place p) { processes_.at(p)->cut = false; }
void simulated_network::pause(place p) { processes_.at(p)->paused = true; }
void simulated_network::go_on(place p) { processes_.at(p)->paused = false; }

void simulated_network::kill(place p) {
  processes_.at(p)->killed = true;
  for (auto& w : wires_)
    if (w->client.at == p || w->server.at == p)
      end(*w);
}

bool simulated_network::killed(place p) const { return processes_.at(p)->killed; }

bool simulated_network::runs(place p) const {
  return !processes_[p]->paused && !processes_[p]->killed;
}

// A header, or what it announced.
bool simulated_network::carry(wire& w, side to) {
  const auto& at = to == side::client ? w.client : w.server;
  if (!w.carries || !at.open || !runs(at.at))
    return false;
  auto& net = processes_[at.at]->net;
  if (net.stopped_reading(at.hdl)) { // CAF has closed it by itself
    end(w);
    return false;
  }
  const bool carried = net.try_read_data(at.hdl);
  pieces_ += carried ? 1 : 0;
  return carried;
}

bool simulated_network::notice(wire& w, side who) {
  auto& at = who == side::client ? w.client : w.server;
  if (!w.ended || !at.open || !runs(at.at))
    return false;
  at.open = false;
  auto& here = *processes_[at.at];
  if (const auto scribe = here.net.impl_ptr(at.hdl); scribe && scribe->parent() != nullptr)
    scribe->io_failure(&here.net, caf::io::network::operation::read);
  if (who == side::server && here.told)
    runtime::post(here.told, cluster::link_changed{processes_[w.client.at]->facts.instance,
                                                   cluster::node_state::down, "it is lost"});
  return true;
}

bool simulated_network::step() {
  // Clocks do not wait until everybody has done what he could do.
  if (draw_() % 16 == 0 && next_timer(now_ + haste))
    return true;
  const auto options = 2 * processes_.size() + 4 * wires_.size();
  if (options == 0)
    return false;
  const auto first = draw_() % options;
  for (std::size_t i = 0; i < options; ++i) {
    const auto which = (first + i) % options;
    if (which < 2 * processes_.size()) {
      auto& p = *processes_[which / 2];
      if (!p.paused && !p.killed
          && (which % 2 == 0 ? p.handle_message(draw_()) : p.net.try_exec_runnable()))
        return true;
      continue;
    }
    const auto n = which - 2 * processes_.size();
    auto& w = *wires_[n / 4];
    const auto whose = n % 2 == 0 ? side::client : side::server;
    if (n % 4 < 2 ? carry(w, whose) : notice(w, whose))
      return true;
  }
  return false;
}

// Who was paused catches up: what was due meanwhile is due now.
bool simulated_network::next_timer(caf::timespan until) {
  std::optional<caf::timespan> when;
  for (place p = 0; p < processes_.size(); ++p) {
    const auto& waiting = processes_[p]->scheduler.clock().schedule();
    if (!runs(p) || waiting.empty())
      continue;
    const auto due = std::max(now_, caf::timespan{waiting.begin()->first - processes_[p]->began});
    if (!when || due < *when)
      when = due;
  }
  if (!when || *when > until)
    return false;
  now_ = *when;
  for (place p = 0; p < processes_.size(); ++p) {
    auto& c = processes_[p]->scheduler.clock();
    if (const auto then = processes_[p]->began + now_; runs(p) && then >= c.current_time)
      c.advance_time(then - c.current_time);
  }
  return true;
}

bool simulated_network::run_until(const std::function<bool()>& done, std::size_t timers_max) {
  for (std::size_t i = 0; i <= timers_max; ++i) {
    while (!done() && step()) {
    }
    if (done())
      return true;
    if (!next_timer())
      return false;
  }
  return false;
}

void simulated_network::let_all_end() {
  for (auto& w : wires_) {
    w->carries = false;
    end(*w);
  }
  for (auto& p : processes_)
    p->killed = p->paused = false;
}

} // namespace troupe::test

#endif
