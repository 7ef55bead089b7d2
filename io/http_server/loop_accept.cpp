// SPDX-License-Identifier: BSD-3-Clause
// A loop's way in: who is served, and who is told that there are too many.
#include <netinet/tcp.h>

#include "io/http_server/last_words.hpp"
#include "io/http_server/loop.hpp"

namespace troupe::io {

namespace {

// A peer whose machine or cable is gone says nothing, not even that: after a minute of silence the
// kernel asks whether anybody is there, four times.
void have_watched(tcp_socket& socket) {
  using interval = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPINTVL>;
  using idle = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPIDLE>;
  using probes = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPCNT>;
  error_code ignored;
  socket.set_option(idle(60), ignored);
  socket.set_option(interval(10), ignored);
  socket.set_option(probes(4), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
}

std::string text_of(const asio::ip::address& a) {
  if (a.is_v6() && a.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, a.to_v6()).to_string();
  return a.to_string();
}

bool is_shortage(const error_code& e) {
  return e == asio::error::no_descriptors || e == asio::error::no_memory
         || e == asio::error::no_buffer_space
         || e == boost::system::errc::too_many_files_open_in_system;
}

} // namespace

void server_loop::accept() {
  if (stopping_)
    return;
  auto peer = std::make_shared<tcp::endpoint>();
  acceptor_.async_accept(*peer, [this, peer](error_code e, tcp_socket socket) {
    on_accept(e, std::move(socket), *peer);
  });
}

void server_loop::on_accept(error_code e, tcp_socket socket, const tcp::endpoint& peer) {
  if (stopping_ || e == asio::error::operation_aborted)
    return;
  if (is_shortage(e)) // also when nobody is there, so somebody is waited for first
    return acceptor_.async_wait(tcp::acceptor::wait_read, [this](error_code canceled) {
      if (!stopping_ && canceled != asio::error::operation_aborted)
        make_way();
    });
  if (!e)
    admit(std::move(socket), peer);
  accept();
}

void server_loop::admit(tcp_socket socket, const tcp::endpoint& peer) {
  touch_clock();
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  have_watched(socket);
  const bool too_many =
      setting_.total(&loop_counts::connections) >= setting_.options.bounds.connections_max;
  if (too_many && setting_.tls)
    return; // nothing can be said before a handshake, so it is closed
  if (too_many && turned_away_.size() >= turned_away_max)
    end_oldest_turned_away();
  auto c = make_connection(*this, std::move(socket), text_of(peer.address()), setting_.tls);
  c->turned_away = too_many;
  add(std::move(c));
}

void server_loop::end_oldest_turned_away() {
  const auto oldest = table_[turned_away_.front().index];
  oldest->cut();
}

/// Somebody is at the door, and not long ago all descriptors were in use.
void server_loop::make_way() {
  touch_clock();
  tcp_socket socket(inbox_->context);
  tcp::endpoint peer;
  error_code e;
  acceptor_.accept(socket, peer, e);
  if (!is_shortage(e)) { // one was given back since
    if (!e)
      admit(std::move(socket), peer);
    return accept();
  }
  if (!turned_away_.empty()) { // who was told so already
    end_oldest_turned_away();
    return accept();
  }
  if (turn_away_at_the_door())
    return accept();
  accept_retry_.expires_after(std::chrono::milliseconds(accept_retry_ms));
  accept_retry_.async_wait([this](error_code canceled) {
    if (!canceled)
      accept();
  });
}

/// Returns: whether nobody waits there any more, as far as one can go.
bool server_loop::turn_away_at_the_door() {
  spare_.give_up();
  tcp_socket socket(inbox_->context);
  tcp::endpoint peer;
  error_code e;
  acceptor_.accept(socket, peer, e);
  const bool came = !e;
  if (came && !setting_.tls) { // nothing can be said there before a handshake
    const auto words = refusal(503, "overloaded", "too many connections");
    send_and_close(socket, refusal_bytes(words, date()));
    if (setting_.options.report)
      setting_.options.report(
          {text_of(peer.address()), "-", "-", words.status, words.body.size(), 0, {}, {}});
  }
  error_code ignored;
  socket.close(ignored);
  spare_.take();
  return came || e == asio::error::would_block;
}

} // namespace troupe::io
