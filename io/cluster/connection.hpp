// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One connection between two processes, from its first byte to its last.
//
//     securing ── greeting ── answering ── up ──┬── leaving    our last words go out, theirs are
//         │           │            │            │               not heard any more
//         └───────────┴────────────┴── leaving  └── delivering the peer is gone, its last bytes go
//                                                              to the actors
//                                       all ──> closed
//
// Threads: the links' own.

#include <memory>
#include <string>
#include <vector>

#include "domain/cluster/basp_guard.hpp"
#include "domain/cluster/frame.hpp"
#include "io/cluster/byte_queue.hpp"
#include "io/cluster/link_socket.hpp"
#include "io/cluster/links.hpp"

namespace troupe::cluster {

using io::steady;
class link_connection;

/// What a connection needs of the links that it belongs to.
class link_home {
public:
  virtual const links_options& options() const = 0;
  virtual asio::io_context& context() = 0;
  virtual asio::ssl::context* tls() = 0;
  /// Whether one link more may be; what was given is given back by forget().
  virtual bool take_slot() = 0;
  virtual void went_up(link_connection& c, link l) = 0;
  virtual void changed(link_connection& c, link_state state, const std::string& reason) = 0;
  virtual void not_let_in(link_connection& c, const std::string& reason) = 0;
  virtual void left(link_connection& c, bool gives_slot_back) = 0; ///< no link, or none any more
  virtual void forget(link_connection& c) = 0;                     ///< closed

protected:
  ~link_home() = default;
};

class link_connection : public std::enable_shared_from_this<link_connection> {
public:
  /// Takes: `where`, as in link::peer_address.
  link_connection(link_home& home, std::uint64_t id, io::tcp_socket socket, std::string where,
                  bool incoming);

  void begin();
  /// Ends it with a goodbye, or, if it is not up, without.
  void say_goodbye(const std::string& reason);
  /// Ends it at once. What nobody was told yet is told, with the reason.
  void drop(const std::string& reason);
  /// Pings, and sees what is late. Takes: `own_gap`, whether this process itself was away, so that
  /// silence says nothing about the peer.
  void tick(steady::time_point now, bool own_gap);

  std::uint64_t id() const { return id_; }
  const std::string& where() const { return where_; }
  bool incoming() const { return incoming_; }
  bool is_unvetted() const { return incoming_ && !was_up_; }
  std::size_t buffered_bytes() const { return to_peer_.size() + to_actors_.size(); }

  links::up_callback on_up;         ///< of who dialed; empty: the options'
  links::failed_callback on_failed; ///< of who dialed

private:
  enum class phase : std::uint8_t {
    securing,
    greeting,
    answering,
    up,
    leaving,
    delivering,
    closed
  };

  // connection.cpp: the handshake, and every end
  void greet();
  void take_hello(std::string_view& bytes);
  std::string judge_peer(SSL* ssl);
  void go_up();
  void refuse(const std::string& reason, const std::string& to_peer);
  void leave();
  void deliver_rest(const std::string& reason);
  void tell(const std::string& reason);
  void close_actors_end();
  void close();
  void check_deadline(steady::time_point now);
  std::string late_words() const;

  // flow.cpp: bytes
  void read_peer();
  void on_peer_bytes(std::size_t n);
  void on_peer_gone(const error_code& e);
  void take_frames(std::string_view bytes);
  void take_frame(const frame_piece& piece);
  void write_peer();
  void read_actors();
  void on_actors_bytes(std::size_t n);
  void write_actors();
  void check_silence(steady::time_point now);

  const link_bounds& bounds() const { return home_.options().bounds; }
  std::size_t piece_bytes() const;

  link_home& home_;
  const std::uint64_t id_;
  const std::string where_;
  const bool incoming_;
  link_socket socket_;
  local_socket actors_;
  phase phase_ = phase::securing;
  bool was_up_ = false, has_slot_ = false, told_ = false;
  bool suspect_ = false;
  bool said_all_ = false; // leaving: the last byte has gone
  bool reading_peer_ = false, writing_peer_ = false;
  bool reading_actors_ = false, writing_actors_ = false;
  bool peer_paused_ = false; // not read until the actors have taken something
  steady::time_point deadline_, heard_at_, sent_at_;
  std::string hello_bytes_; // while greeting
  hello peer_;
  frame_reader frames_;
  basp_guard guard_;
  std::string broken_; // nothing can be written any more, and why
  std::string reason_; // delivering: what is told in the end
  std::vector<char> from_peer_, from_actors_;
  byte_queue to_peer_, to_actors_;
};

} // namespace troupe::cluster
