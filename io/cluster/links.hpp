// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The links between the processes of a cluster. The actor library's network layer has no guards, so
// it never touches the network: for every link it gets one end of a socket pair.
//
//     actors <-- fd --> [ links: TLS, hello, bounds, pings ] <-- TCP --> [ links ] <-- fd -->
//     actors
//
//     dial ──────── TCP ────────> accept
//          <─── TLS, mutual ────>            unless both are on loopback
//     hello ────────────────────>            both at once; see domain/cluster/hello.hpp
//          <──────────────────── hello
//     accept | refuse "why" ────>            both; up when each has said accept
//          <──────────────────── accept | refuse "why"
//     data, ping, pong ... bye               both; see domain/cluster/frame.hpp
//
// Known limits. Memory is bounded here, in each direction of each link; what the peer does not take
// then waits in the actors' own queues, which have no bound: every stream between nodes needs
// credit above. Nothing is sent again: what was on its way when a link broke is lost. A link ends
// as a whole: there is no half-close. Certificates are read once, at the start.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "domain/cluster/hello.hpp"

namespace troupe::cluster {

/// Every bound of the links, each with its default.
struct link_bounds {
  std::uint32_t connect_ms_max = 5'000; ///< from dial() to a TCP connection, the name's look-up too
  std::uint32_t hello_ms_max = 3'000;   ///< from there, or from accept, to the link being up
  std::uint32_t ping_ms = 500;          ///< how often each side lets the other hear something
  std::uint32_t suspect_ms = 1'000;     ///< nothing heard for so long: suspect
  std::uint32_t down_ms = 2'500;        ///< nothing heard for so long: down
  std::uint32_t leave_ms_max = 1'000;   ///< for last words, or for what is still to be delivered
  std::size_t links_max = 256;          ///< further ones are refused, in words
  std::size_t unvetted_max = 64;        ///< accepted and not yet up; above it the oldest is dropped
  std::uint32_t frame_bytes_max = 64u << 10;
  std::size_t buffer_bytes_max = 1u << 20;    ///< of each direction of a link; above it: not read
  std::uint32_t message_bytes_max = 8u << 20; ///< of one message between actors; above it: down
};

/// A link that is up.
struct link {
  std::uint64_t id = 0; ///< never used again
  hello peer;
  std::string peer_address; ///< "10.0.0.2:7000": as dialed, or where it comes from
  bool incoming = false;
  bool over_tls = false;
  int fd = -1; ///< the actors' end, a stream socket; the callback owns it and closes it
};

enum class link_state : std::uint8_t { up, suspect, down };

/// All callbacks are called on the links' own thread, one at a time, and must not block.
struct links_options {
  hello self; ///< its node name may be empty if there is a certificate, which names it
  std::string address = "127.0.0.1"; ///< to listen on, a literal one; off loopback needs tls_dir
  std::optional<std::uint16_t> port; ///< 0: any free one; none: listens to nobody
  std::string tls_dir;               ///< ca.pem, node.pem, node-key.pem; "": no TLS, loopback only
  link_bounds bounds;

  /// A link is up that was accepted, or dialed without a callback of its own.
  std::function<void(link)> on_up;
  /// A link that was up has changed: suspect, up again, or down, with the reason in words. After
  /// down nothing more comes of it, and the actors' end reads its end of file.
  std::function<void(std::uint64_t id, link_state, const std::string& reason)> on_state;
  /// Somebody was not let in; for the log. As many as strangers want: whoever
  /// writes them down bounds that.
  std::function<void(const std::string& address, const std::string& reason)> on_refused;
};

/// What the links do now. Threads: any.
struct links_counts {
  std::uint64_t up = 0, unvetted = 0, dialing = 0;
  std::uint64_t accepted = 0, refused = 0; ///< since the start
  std::uint64_t buffered_bytes = 0;        ///< of all links, both directions, as of the last tick
};

/// The links of one process: one thread, one listener at most.
class links {
public:
  using up_callback = std::function<void(link)>;
  using failed_callback = std::function<void(const std::string& reason)>;

  /// Binds, and reads the certificates. Throws: std::invalid_argument (address, node name, off
  /// loopback without TLS), std::runtime_error (port in use, bad certificate, a key that others can
  /// read), each with one clear line.
  explicit links(links_options options);
  ~links(); ///< stop()
  links(const links&) = delete;
  links& operator=(const links&) = delete;

  std::uint16_t port() const; ///< 0 if it does not listen
  const hello& self() const;  ///< with the name that the certificate gave
  links_counts counts() const;

  /// Starts the thread. Call it once, before all that follows.
  void start();

  /// Connects once: to "host:port", "10.0.0.2:7000" or "[::1]:7000". One of the two is called,
  /// unless the links are stopped before; an empty `up` means options.on_up. Threads: any.
  void dial(std::string where, up_callback up = {}, failed_callback failed = {});

  /// Says goodbye and ends a link; nothing happens if there is none. Threads: any.
  void close(std::uint64_t id);

  /// Says goodbye to all, within leave_ms_max; no callback comes after it. Threads: any but the
  /// links' own; may be called again.
  void stop();

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::cluster
