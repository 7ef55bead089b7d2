// SPDX-License-Identifier: BSD-3-Clause
//
// Several processes of a cluster in one, and the network between them, made up: each process is an
// actor system of its own, what they say to each other travels as the bytes of CAF's own protocol
// through CAF's own broker, and the test carries them, piece by piece. What happens next is drawn
// from a seed: an actor handles a message, a connection carries a piece, one side of a lost
// connection notices. One thread, one clock that moves when nothing else can.
//
//   simulated_network net{seed};
//   const auto head = net.add({"head", ...}), node = net.add({"node", ...});
//   net.show(head, coordinator, coordinator);
//   runtime::spawn<agent>(net.system(node), ..., net.seeking(node), ...);   who dials "head:1"
//   net.run_until([&] { return done; });       net.cut(node), net.mend(node), net.kill(node) ...
//
// CAF 0.17.6 only: 1.x has no made-up multiplexer.
#pragma once

#include "runtime/port.hpp"

#if !TROUPE_CAF1

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/timespan.hpp>

#include "actors/cluster/ports.hpp"
#include "messages/cluster.hpp"

namespace troupe::test {

/// See the head of this file.
class simulated_network {
public:
  using place = std::size_t; ///< a process

  explicit simulated_network(std::uint64_t seed);
  /// All actors have been stopped, and no handle is left that one process had of another's.
  ~simulated_network();
  simulated_network(const simulated_network&) = delete;
  simulated_network& operator=(const simulated_network&) = delete;

  /// A new process, which others dial as "NAME:1".
  place add(const std::string& name, std::uint32_t roles);
  caf::actor_system& system(place p);
  const cluster::node_facts& facts(place p) const;

  /// Lets others connect to it. Takes: whom they are shown; who is told of links, or nobody.
  void show(place p, const cluster::door_actor& door, const cluster::coordinator_actor& told = {});
  cluster::seeker_ports seeking(place from);

  /// Its cable is pulled: what was under way is lost, and each side of each connection notices that
  /// some time later. New ones can be made after mend().
  void cut(place p);
  void mend(place p);
  /// As SIGSTOP and SIGCONT. Nobody notices by that alone; time passes meanwhile.
  void pause(place p);
  void go_on(place p);
  /// As SIGKILL: it does nothing more. Its connections end, which others notice some time later.
  void kill(place p);
  bool killed(place p) const;

  /// One of all the things that can happen now, also one that waits for the clock if that is not
  /// long from now. Returns: false if nothing can.
  bool step();
  /// Lets the clock run to the next thing that waits for it. Returns: false if nothing does, or not
  /// before now() is beyond `until`.
  bool next_timer(caf::timespan until = caf::timespan::max());
  caf::timespan now() const { return now_; } ///< since the test began
  bool run_until(const std::function<bool()>& done, std::size_t timers_max = 100'000);
  void run() {
    while (step()) {
    }
  }
  /// For the end of a test: what was killed or paused may end too.
  void let_all_end();

  /// Whether a process that comes again waits until the other has noticed that it was gone, as real
  /// ones do. False: shows what that is for.
  static constexpr auto haste = std::chrono::milliseconds(300);
  bool guarded = true;

  std::size_t connections() const { return wires_.size(); } ///< ever made
  std::uint64_t pieces() const { return pieces_; }          ///< carried
  std::uint64_t draw(std::uint64_t below) { return draw_() % below; }

private:
  struct process;
  struct wire;
  enum class side : std::uint8_t { client, server };

  void dial(place from, const std::string& address, std::function<void(cluster::find_over)> then);
  void end(wire& w);
  bool carry(wire& w, side to);
  bool notice(wire& w, side who);
  bool runs(place p) const;

  std::mt19937_64 draw_;
  std::vector<std::unique_ptr<process>> processes_;
  std::vector<std::unique_ptr<wire>> wires_;
  std::uint64_t pieces_ = 0;
  caf::timespan now_{0};
};

} // namespace troupe::test

#endif
