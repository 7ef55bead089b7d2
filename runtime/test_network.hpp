// SPDX-License-Identifier: BSD-3-Clause
//
// The port to CAF, part eight, for tests: several processes in one, and the network between them,
// made up. Each process is an actor system of its own; what they say to each other travels as the
// bytes of CAF's own protocol through CAF's own broker, and the test carries them, piece by piece.
// What happens next is drawn from a seed: an actor handles a message, a connection carries a piece,
// one side of a lost connection notices, a clock runs on. One thread; the same seed is the same
// run.
//
// CAF 0.17.6 only: 1.x has no made-up multiplexer.
#pragma once

#include "runtime/port.hpp"

#if !TROUPE_CAF1

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <caf/actor_cast.hpp>
#include <caf/actor_registry.hpp>
#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/io/middleman.hpp>
#include <caf/io/network/test_multiplexer.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>
#include <caf/timespan.hpp>

#include "runtime/network.hpp"
#include "runtime/system.hpp"

namespace troupe::runtime {

/// See the head of this file.
template <class... Blocks>
class test_network {
public:
  using place = std::size_t; ///< a process
  using wire_id = std::uint64_t;
  using answer = std::function<void(wire_id, caf::strong_actor_ptr)>;

  explicit test_network(std::uint64_t seed) : draw_(seed) {}
  /// All actors have been stopped, and no handle is left that one process had of another's.
  ~test_network() {
    let_all_end();
    run_until([] { return false; }); // who only waits for a deadline ends by that
    for (place p = 0; p < processes_.size(); ++p)
      if (const auto left = processes_[p]->actors.registry().running(); left != 0) {
        // Its system would wait for them for ever.
        std::fprintf(stderr, "process %zu: %zu actors were not stopped\n", p, left);
        std::abort();
      }
  }
  test_network(const test_network&) = delete;
  test_network& operator=(const test_network&) = delete;

  place add() {
    processes_.push_back(std::make_unique<process>());
    auto& p = *processes_.back();
    p.scheduler.clock().current_time = p.began + now_;
    return processes_.size() - 1;
  }
  caf::actor_system& system(place p) { return processes_.at(p)->actors; }

  /// A connection; the client is told whom the server shows. Takes: `then`, which is called inside
  /// an actor of the client's process, with an empty handle if nothing came of it in time.
  template <class Handle>
  wire_id connect(place from, place to, const Handle& shown, answer then) {
    auto &here = *processes_.at(from), &there = *processes_.at(to);
    auto w = std::make_unique<wire>();
    w->id = wires_.size() + 1;
    const auto number = static_cast<std::int64_t>(2 * w->id);
    w->client = {from, caf::io::connection_handle::from_int(number), true};
    w->server = {to, caf::io::connection_handle::from_int(number + 1), true};
    // What one side writes is what the other can read, once the test lets it.
    there.net.prepare_connection(caf::io::accept_handle::from_int(number), w->server.hdl, here.net,
                                 "server", static_cast<std::uint16_t>(w->id), w->client.hdl);
    caf::anon_send(there.broker, caf::publish_atom::value, there.net.new_scribe(w->server.hdl),
                   published, caf::actor_cast<caf::strong_actor_ptr>(shown),
                   there.actors.template message_types<Handle>());
    here.actors.spawn(
        [this, id = w->id, broker = here.broker, scribe = here.net.new_scribe(w->client.hdl),
         then = std::move(then)](caf::event_based_actor* self, bool) {
          self->request(broker, handshake_deadline, caf::connect_atom::value, scribe, published)
              .then([id, then](const caf::node_id&, const caf::strong_actor_ptr& who,
                               const std::set<std::string>&) { then(id, who); },
                    [this, id, then](const caf::error&) {
                      end(id);
                      then(id, nullptr);
                    });
        },
        true);
    wires_.push_back(std::move(w));
    return wires_.back()->id;
  }
  /// Both sides notice some time later; until then what is under way may still arrive.
  void end(wire_id id) { wires_.at(id - 1)->ended = true; }
  /// Is called when a server notices the end of a connection.
  void when_noticed(std::function<void(wire_id)> told) { noticed_ = std::move(told); }
  /// Returns: the connections between the two whose end the server has not noticed.
  std::vector<wire_id> known_to_server(place client, place server) const {
    std::vector<wire_id> known;
    for (const auto& w : wires_)
      if (w->client.at == client && w->server.at == server && w->server.open)
        known.push_back(w->id);
    return known;
  }

  /// Its cable is pulled: what was under way is lost, and each side of each connection notices that
  /// some time later.
  void cut(place p) {
    for (auto& w : wires_)
      if (w->client.at == p || w->server.at == p) {
        w->carries = false;
        w->ended = true;
      }
  }
  /// As SIGSTOP and SIGCONT. Nobody notices by that alone; time passes meanwhile.
  void pause(place p) { processes_.at(p)->paused = true; }
  void go_on(place p) { processes_.at(p)->paused = false; }
  /// As SIGKILL: it does nothing more. Its connections end, which others notice some time later.
  void kill(place p) {
    processes_.at(p)->killed = true;
    for (auto& w : wires_)
      if (w->client.at == p || w->server.at == p)
        w->ended = true;
  }
  bool killed(place p) const { return processes_.at(p)->killed; }
  /// For the end of a test: what was killed or paused may end too.
  void let_all_end() {
    for (place p = 0; p < processes_.size(); ++p) {
      cut(p);
      processes_[p]->killed = processes_[p]->paused = false;
    }
  }

  /// One of all the things that can happen now, also one that waits for the clock if that is not
  /// long from now. Returns: false if nothing can.
  bool step() {
    // Clocks do not wait until everybody has done what he could do.
    if (draw_() % 16 == 0 && next_timer(now_ + haste))
      return true;
    const auto options = 2 * processes_.size() + 4 * wires_.size();
    if (options == 0)
      return false;
    const auto first = draw_() % options;
    for (std::size_t i = 0; i < options; ++i)
      if (try_option((first + i) % options))
        return true;
    return false;
  }

  /// Lets the clock run to the next thing that waits for it. Who was paused catches up: what was
  /// due meanwhile is due now. Returns: false if nothing waits, or not before now() is beyond
  /// `until`.
  bool next_timer(caf::timespan until = caf::timespan::max()) {
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
  caf::timespan now() const { return now_; } ///< since the test began

  bool run_until(const std::function<bool()>& done, std::size_t timers_max = 100'000) {
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
  void run() {
    while (step()) {
    }
  }

  std::size_t connections() const { return wires_.size(); } ///< ever made
  std::uint64_t pieces() const { return pieces_; }          ///< carried
  std::uint64_t draw(std::uint64_t below) { return draw_() % below; }

private:
  static constexpr std::uint16_t published = 1; // by which CAF's broker knows what is shown
  static constexpr auto handshake_deadline = std::chrono::seconds(3);
  static constexpr auto haste = std::chrono::milliseconds(300);

  struct config : system_config {
    config() {
      this->template add_types<Blocks...>();
      network_layer(*this);
      set("scheduler.policy", caf::atom("testing"));
      set("middleman.network-backend", caf::atom("testing"));
      set("middleman.manual-multiplexing", true);
    }
  };
  struct process {
    config conf;
    caf::actor_system actors{conf};
    caf::scheduler::test_coordinator& scheduler =
        dynamic_cast<caf::scheduler::test_coordinator&>(actors.scheduler());
    caf::io::network::test_multiplexer& net =
        dynamic_cast<caf::io::network::test_multiplexer&>(actors.middleman().backend());
    caf::actor broker =
        actors.middleman().template named_broker<caf::io::basp_broker>(caf::atom("BASP"));
    // The beginning of the test on its clock; an empty time_point means "now" to CAF.
    caf::actor_clock::time_point began = scheduler.clock().current_time + std::chrono::hours(1);
    bool paused = false, killed = false;
  };
  struct wire {
    struct end {
      place at = 0;
      caf::io::connection_handle hdl;
      bool open = true; // has not noticed the end
    };
    wire_id id = 0;
    end client, server;
    bool carries = true;
    bool ended = false;
  };

  bool runs(place p) const { return !processes_[p]->paused && !processes_[p]->killed; }

  // Two for each process, four for each connection.
  bool try_option(std::size_t which) {
    if (which < 2 * processes_.size()) {
      auto& p = *processes_[which / 2];
      if (p.paused || p.killed)
        return false;
      return which % 2 == 0 ? handle_message(p) : p.net.try_exec_runnable();
    }
    which -= 2 * processes_.size();
    auto& w = *wires_[which / 4];
    auto& side = which % 2 == 0 ? w.client : w.server;
    return which % 4 < 2 ? carry(w, side) : notice(w, side);
  }
  bool handle_message(process& p) {
    auto& ready = p.scheduler.jobs;
    if (ready.size() > 1)
      std::swap(ready.front(), ready[draw_() % ready.size()]);
    return p.scheduler.try_run_once();
  }
  // To that side: a header, or what it announced.
  bool carry(wire& w, typename wire::end& to) {
    if (!w.carries || !to.open || !runs(to.at))
      return false;
    auto& net = processes_[to.at]->net;
    if (net.stopped_reading(to.hdl)) { // CAF has closed it by itself
      w.ended = true;
      return false;
    }
    const bool carried = net.try_read_data(to.hdl);
    pieces_ += carried ? 1 : 0;
    return carried;
  }
  bool notice(wire& w, typename wire::end& side) {
    if (!w.ended || !side.open || !runs(side.at))
      return false;
    side.open = false;
    auto& net = processes_[side.at]->net;
    if (const auto scribe = net.impl_ptr(side.hdl); scribe && scribe->parent() != nullptr)
      scribe->io_failure(&net, caf::io::network::operation::read);
    if (&side == &w.server && noticed_)
      noticed_(w.id);
    return true;
  }

  std::mt19937_64 draw_;
  std::vector<std::unique_ptr<process>> processes_;
  std::vector<std::unique_ptr<wire>> wires_;
  std::function<void(wire_id)> noticed_;
  std::uint64_t pieces_ = 0;
  caf::timespan now_{0};
};

} // namespace troupe::runtime

#endif
