// SPDX-License-Identifier: BSD-3-Clause
#include "io/cluster/connection.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/cluster/certificates.hpp"

namespace troupe::cluster {

namespace {
constexpr std::size_t handshake_piece_bytes = 4u << 10;

std::chrono::milliseconds ms(std::uint32_t n) { return std::chrono::milliseconds(n); }
} // namespace

link_connection::link_connection(link_home& home, std::uint64_t id, io::tcp_socket socket,
                                 std::string where, bool incoming)
    : home_(home), id_(id), where_(std::move(where)), incoming_(incoming),
      socket_(std::move(socket), home.tls()), actors_(home.context().get_executor()),
      frames_(bounds().frame_bytes_max), guard_("", 0), from_peer_(handshake_piece_bytes) {}

void link_connection::begin() {
  deadline_ = steady::now() + ms(bounds().hello_ms_max);
  if (!socket_.ssl())
    return greet();
  socket_.handshake(incoming_, [this, self = shared_from_this()](error_code e) {
    if (phase_ != phase::securing)
      return;
    if (!e)
      return greet();
    tell(explain_tls(socket_.ssl(), e));
    socket_.read_beneath(); // so that the peer gets the alert, and no reset before it
    leave();
  });
}

void link_connection::greet() {
  phase_ = phase::greeting;
  to_peer_.tail() += encode(home_.options().self);
  write_peer();
  read_peer();
}

void link_connection::take_hello(std::string_view& bytes) {
  const auto before = hello_bytes_.size();
  hello_bytes_.append(bytes.substr(0, hello_bytes_max - before));
  const auto found = decode(hello_bytes_);
  if (found.state == hello_state::more) {
    bytes = {};
    return;
  }
  if (found.state == hello_state::refused) {
    const bool tls = hello_bytes_.front() == 0x15 || hello_bytes_.front() == 0x16;
    const std::string why = tls ? "TLS, and this node has no certificates" : found.why;
    return refuse("it sent " + why, "you sent " + why);
  }
  bytes.remove_prefix(found.bytes - before);
  hello_bytes_ = {};
  peer_ = found.what;
  phase_ = phase::answering;
  if (const auto why = judge_peer(socket_.ssl()); !why.empty())
    return refuse(why, why);
  append_frame(to_peer_.tail(), frame_kind::accept);
  write_peer();
}

// Returns: why it may not be let in; "" if it may.
std::string link_connection::judge_peer(SSL* ssl) {
  if (const auto misfit = check(home_.options().self, peer_, where_))
    return misfit->sentence;
  if (ssl) {
    const auto named = node_of(ssl);
    if (!named)
      return "the certificate of " + where_ + " names no node";
    if (*named != peer_.node)
      return where_ + " calls itself '" + peer_.node + "', its certificate '" + *named + "'";
  }
  has_slot_ = home_.take_slot();
  if (!has_slot_)
    return home_.options().self.node + " has its " + std::to_string(bounds().links_max)
           + " links already";
  return {};
}

// Both have said accept. One end of the pair is ours, the other the actors'.
void link_connection::go_up() {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return drop("no socket pair: " + std::generic_category().message(errno));
  error_code e;
  actors_.assign(asio::local::stream_protocol(), ends[0], e);
  if (e) {
    ::close(ends[0]);
    ::close(ends[1]);
    return drop("no socket pair: " + e.message());
  }
  phase_ = phase::up;
  was_up_ = true;
  heard_at_ = sent_at_ = steady::now();
  guard_ = basp_guard(peer_.carrier, bounds().message_bytes_max);
  from_actors_.resize(piece_bytes());
  read_actors();
  home_.went_up(*this, link{id_, peer_, where_, incoming_, socket_.ssl() != nullptr, ends[1]});
}

// Tells ours and theirs why, and ends it.
void link_connection::refuse(const std::string& reason, const std::string& to_peer) {
  tell(reason);
  append_frame(to_peer_.tail(), was_up_ ? frame_kind::bye : frame_kind::refuse, to_peer);
  leave();
}

void link_connection::say_goodbye(const std::string& reason) {
  if (phase_ != phase::up)
    return drop(reason);
  refuse(reason, "goodbye: " + reason);
}

// What is in to_peer_ still goes out; what comes in is thrown away, so that the end is no reset.
void link_connection::leave() {
  phase_ = phase::leaving;
  deadline_ = steady::now() + ms(bounds().leave_ms_max);
  close_actors_end();
  write_peer();
  read_peer();
}

// The peer has gone, in order. What it had sent before is the actors' still.
void link_connection::deliver_rest(const std::string& reason) {
  socket_.close();
  if (to_actors_.empty())
    return drop(reason);
  phase_ = phase::delivering;
  reason_ = reason;
  deadline_ = steady::now() + ms(bounds().leave_ms_max);
  write_actors();
}

void link_connection::drop(const std::string& reason) {
  if (phase_ == phase::closed)
    return;
  tell(reason);
  close();
}

// Once for each connection: that there is no link, or none any more.
void link_connection::tell(const std::string& reason) {
  if (told_)
    return;
  told_ = true;
  const bool had_slot = std::exchange(has_slot_, false);
  close_actors_end();
  home_.left(*this, had_slot);
  if (was_up_)
    home_.changed(*this, link_state::down, reason);
  else
    home_.not_let_in(*this, reason);
}

void link_connection::close_actors_end() {
  error_code ignored;
  actors_.close(ignored);
}

void link_connection::close() {
  phase_ = phase::closed;
  socket_.close();
  close_actors_end();
  home_.forget(*this);
}

void link_connection::tick(steady::time_point now, bool own_gap) {
  const auto self = shared_from_this();
  if (own_gap) {
    heard_at_ = now;
    sent_at_ = {}; // ping at once
  }
  if (!broken_.empty() && now >= deadline_)
    return drop(broken_);
  if (phase_ == phase::up)
    return check_silence(now);
  if (phase_ != phase::closed && !own_gap)
    check_deadline(now);
}

void link_connection::check_deadline(steady::time_point now) {
  if (now < deadline_)
    return;
  if (phase_ == phase::greeting || phase_ == phase::answering)
    return refuse(late_words(), late_words());
  drop(phase_ == phase::delivering ? reason_ : late_words());
}

std::string link_connection::late_words() const {
  const auto within = " within " + std::to_string(bounds().hello_ms_max) + " ms";
  if (phase_ == phase::securing)
    return "no TLS handshake" + within;
  if (phase_ == phase::greeting)
    return (hello_bytes_.empty() ? "no hello" : "no whole hello") + within;
  return "no answer to the hello" + within;
}

} // namespace troupe::cluster
