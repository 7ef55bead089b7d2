// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <utility>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "io/http/asio.hpp"

namespace troupe::cluster {

namespace asio = io::asio;
using io::error_code;
using local_socket = asio::basic_stream_socket<asio::local::stream_protocol, io::loop_executor>;

/// A TCP connection as it is, or with TLS over it.
class link_socket {
public:
  /// Takes: `tls`, null for none.
  link_socket(io::tcp_socket socket, asio::ssl::context* tls) : socket_(std::move(socket)) {
    error_code ignored;
    socket_.set_option(io::tcp::no_delay(true), ignored);
    socket_.set_option(asio::socket_base::keep_alive(true), ignored);
    if (tls)
      tls_.emplace(socket_, *tls);
  }

  SSL* ssl() { return tls_ ? tls_->native_handle() : nullptr; }

  template <class Done>
  void handshake(bool as_server, Done done) {
    tls_->async_handshake(as_server ? asio::ssl::stream_base::server
                                    : asio::ssl::stream_base::client,
                          std::move(done));
  }
  template <class Done>
  void read_some(asio::mutable_buffer to, Done done) {
    if (tls_ && !beneath_)
      tls_->async_read_some(to, std::move(done));
    else
      socket_.async_read_some(to, std::move(done));
  }
  template <class Done>
  void write_some(asio::const_buffer from, Done done) {
    if (tls_)
      tls_->async_write_some(from, std::move(done));
    else
      socket_.async_write_some(from, std::move(done));
  }

  /// From now on it reads what is beneath TLS: to throw away what a failed handshake leaves.
  void read_beneath() { beneath_ = true; }

  void shutdown_send() {
    error_code ignored;
    socket_.shutdown(io::tcp::socket::shutdown_send, ignored);
  }
  void close() {
    error_code ignored;
    socket_.close(ignored);
  }

private:
  io::tcp_socket socket_;
  std::optional<asio::ssl::stream<io::tcp_socket&>> tls_;
  bool beneath_ = false;
};

} // namespace troupe::cluster
