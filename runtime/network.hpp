// SPDX-License-Identifier: BSD-3-Clause
//
// The port to CAF, part six: actors in other processes. Only programs that link troupe::network
// have it, and only systems that were started with `options.network = network_layer` run it.
//
// CAF's own listener trusts whoever reaches it, binds every interface and waits for ever. So CAF
// never binds and never connects here: somebody else opens a connection, finds out who is at the
// other end, and hands over one end of a socketpair(AF_UNIX, SOCK_STREAM) (any connected stream
// socket will do). What passes through it is CAF's own protocol, BASP:
//
//   A: port.publish(teller); port.accept(fd)            B: port.connect<teller_actor>(fd, 5s, then)
//        <-- client handshake: who I am ---------------------
//        --- server handshake: who I am, the published actor, its interface -->   checked, then(..)
//        <== messages, monitors, downs, both ways, for whoever got a handle ==>
//
// What is guarded here, whatever comes out of the socket: a message longer than the bound, a
// handshake that is missing, empty, repeated or of the wrong side (an empty one would end the
// process in CAF), words that are no BASP: each ends that one connection, and no other. The servers
// by which CAF lets a peer start actors and read settings are closed to all.
//
// What is not guarded here, and has to be outside:
// - What is inside a message: damaged content can end the process in CAF. Carry it over what finds
//   damage: TCP's checksum on loopback, TLS elsewhere.
// - Who the peer is. A peer in BASP can send any registered message, also an exit, to any actor
//   whose number it guesses, and can claim to be another node. Let in only whom you trust.
// - A silent peer, once joined: no pings, no time limits. Close your end, and it is gone here.
// - A peer that does not read: what is sent to it waits in memory without bound. Actors that send
//   much wait for credit.
// - A request whose answer was under way when the connection went, or that is sent after it: only
//   its own deadline answers it. Who watches an actor over there is told that it is down.
// - A peer of another CAF version, or with other message types: what it does not know arrives as
//   nothing. Compare before the socket is handed over.
// - A socket that ends without a word (power, cable) looks like a silent peer.
//
// Known limits:
// - Two nodes have one connection. A second connect between the same two answers with the handle
//   that the first gives, or is ended, and then its socket is closed: also if the first has ended
//   and this side has not noticed yet. If both connect to each other at the same moment, CAF may
//   close both: let one side of a pair connect.
// - A node's number is made of the machine's network cards, its disk and the process id: two
//   containers made alike may get the same one, and each takes the other for itself.
// - An actor whose handle was sent to a peer stays until it is stopped, also when the peer is gone:
//   who made it stops it. The published one is let go by the port.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "runtime/port.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_control_block.hpp>
#include <caf/timespan.hpp>

namespace caf {
class actor_system_config;
} // namespace caf

namespace troupe::runtime {

/// The value for system_options::network. One more thread; nothing is bound, nobody is called.
void network_layer(caf::actor_system_config& config);

/// Why a connect() gave no handle.
enum class network_fault : std::uint8_t {
  none,
  deadline,        ///< the handshake did not end in time
  closed,          ///< the peer closed, or said what it must not, or this port ended
  nobody,          ///< the peer has published no actor
  wrong_interface, ///< the published actor lacks a message that ours has
  not_a_stream,    ///< what was handed over is no connected stream socket
};

/// Returns: the enumerator's name.
const char* to_string(network_fault fault);

/// What a connect() came to. `peer` is set if `fault` is none; `words` says more, for a person.
template <class Handle>
struct network_answer {
  Handle peer;
  network_fault fault = network_fault::none;
  std::string words;
};

/// Where connections of one system come in. See the head of this file.
/// Threads: any, for all of it.
class network_port {
public:
  static constexpr std::size_t message_bytes_max_default = std::size_t{8} << 20;

  /// Takes: a system that was started with network_layer and outlives the port; how long a message
  /// may be on the wire before its connection is ended.
  /// Throws: std::logic_error if the system has no network layer.
  explicit network_port(caf::actor_system& system,
                        std::size_t message_bytes_max = message_bytes_max_default);

  /// Closes all connections: whoever watched an actor behind them is told that it is down. A
  /// connect() that waits is answered with `closed`. The published actor is let go: it ends when
  /// its other owners let it go too. After that, nothing of the port keeps the system from ending.
  ~network_port();
  network_port(const network_port&) = delete;
  network_port& operator=(const network_port&) = delete;

  /// What a peer is given that connects from now on.
  template <class Handle>
  void publish(const Handle& whom) {
    publish_it(caf::actor_cast<caf::strong_actor_ptr>(whom),
               system_->template message_types<Handle>());
  }

  /// The server's side of a connection.
  /// Takes: a connected stream socket, which is the port's from now on.
  void accept(int fd);

  /// The client's side: a handshake, then the peer's published actor, its interface compared with
  /// Handle's by the names of its messages.
  /// Takes: a connected stream socket, which is the port's from now on; how long the handshake may
  /// take; what to call, once, from a thread of the system's, which it must not hold up.
  template <class Handle>
  void connect(int fd, caf::timespan deadline, std::function<void(network_answer<Handle>)> then) {
    connect_it(fd, deadline, system_->template message_types<Handle>(),
               [then = std::move(then)](caf::strong_actor_ptr peer, network_fault fault,
                                        std::string words) {
                 then({caf::actor_cast<Handle>(std::move(peer)), fault, std::move(words)});
               });
  }

  /// Returns: how many sockets the port holds now.
  std::size_t connections() const;

private:
  using interface_names = std::set<std::string>;
  using answer = std::function<void(caf::strong_actor_ptr, network_fault, std::string)>;
  struct state;

  void publish_it(caf::strong_actor_ptr whom, interface_names names);
  void connect_it(int fd, caf::timespan deadline, interface_names wanted, answer then);

  caf::actor_system* system_;
  std::unique_ptr<state> state_;
};

} // namespace troupe::runtime
