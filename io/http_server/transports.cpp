// SPDX-License-Identifier: BSD-3-Clause
// The two kinds of connection: over a socket as it is, and over TLS.
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <openssl/err.h>
#include <openssl/sslerr.h>

#include "io/http_server/connection.hpp"
#include "io/http_server/last_words.hpp"
#include "io/http_server/loop.hpp"

namespace troupe::io {

namespace {

class plain_connection final : public server_connection {
public:
  plain_connection(server_loop& home, tcp_socket socket, std::string peer)
      : server_connection(home, std::move(peer), false), socket_(std::move(socket)) {
    error_code ignored;
    socket_.non_blocking(true, ignored); // for write_now()
  }

  void begin() override { on_ready(); }

private:
  void read_some(char* to, std::size_t bytes) override {
    socket_.async_read_some(
        asio::buffer(to, bytes),
        [this, self = shared_from_this()](error_code e, std::size_t n) { on_read(e, n); });
  }
  std::size_t write_now(std::string_view bytes, error_code& e) override {
    return socket_.write_some(asio::buffer(bytes.data(), bytes.size()), e);
  }
  void write_some(std::string_view bytes) override {
    socket_.async_write_some(
        asio::buffer(bytes.data(), bytes.size()),
        [this, self = shared_from_this()](error_code e, std::size_t n) { on_written(e, n); });
  }
  void send_goodbye() override {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
  }
  bool hears_after_goodbye() const override { return true; }
  void await_reset() override {
    socket_.async_wait(tcp::socket::wait_error, [this, self = shared_from_this()](error_code e) {
      if (!e)
        on_reset();
    });
  }
  int socket_number() override { return socket_.native_handle(); }
  void close_socket() override {
    error_code ignored;
    socket_.close(ignored);
  }
  void reset_on_close() override {
    error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  }

  tcp_socket socket_;
};

class tls_connection final : public server_connection {
public:
  tls_connection(server_loop& home, tcp_socket socket, std::string peer,
                 asio::ssl::context& context)
      : server_connection(home, std::move(peer), true), stream_(std::move(socket), context) {}

  void begin() override {
    stream_.async_handshake(asio::ssl::stream_base::server,
                            [this, self = shared_from_this()](error_code e) {
                              if (is_closed())
                                return;
                              if (e && is_plain_http(e))
                                refuse_plain_http();
                              else if (e)
                                end();
                              else
                                on_ready();
                            });
  }

private:
  /// OpenSSL knows the first words of a request from a TLS record.
  static bool is_plain_http(const error_code& e) {
    return e.category() == asio::error::get_ssl_category()
           && ERR_GET_REASON(static_cast<unsigned long>(e.value())) == SSL_R_HTTP_REQUEST;
  }
  void refuse_plain_http() {
    send_and_close(stream_.next_layer(),
                   bytes_of_refusal(400, "malformed_request", "this port speaks TLS"));
    end();
  }
  void read_some(char* to, std::size_t bytes) override {
    stream_.async_read_some(
        asio::buffer(to, bytes),
        [this, self = shared_from_this()](error_code e, std::size_t n) { on_read(e, n); });
  }
  std::size_t write_now(std::string_view, error_code& e) override {
    e = asio::error::would_block;
    return 0;
  }
  void write_some(std::string_view bytes) override {
    stream_.async_write_some(
        asio::buffer(bytes.data(), bytes.size()),
        [this, self = shared_from_this()](error_code e, std::size_t n) { on_written(e, n); });
  }
  void send_goodbye() override {
    stream_.async_shutdown([this, self = shared_from_this()](error_code) { end(); });
  }
  bool hears_after_goodbye() const override { return false; } // shutdown itself waits for the peer
  void await_reset() override {
    stream_.next_layer().async_wait(tcp::socket::wait_error,
                                    [this, self = shared_from_this()](error_code e) {
                                      if (!e)
                                        on_reset();
                                    });
  }
  int socket_number() override { return stream_.next_layer().native_handle(); }
  void close_socket() override {
    error_code ignored;
    stream_.next_layer().close(ignored);
  }
  void reset_on_close() override {
    error_code ignored;
    stream_.next_layer().set_option(asio::socket_base::linger(true, 0), ignored);
  }

  asio::ssl::stream<tcp_socket> stream_;
};

} // namespace

std::shared_ptr<server_connection> make_connection(server_loop& home, tcp_socket socket,
                                                   std::string peer, void* tls) {
  if (!tls)
    return std::make_shared<plain_connection>(home, std::move(socket), std::move(peer));
  return std::make_shared<tls_connection>(home, std::move(socket), std::move(peer),
                                          *static_cast<asio::ssl::context*>(tls));
}

} // namespace troupe::io
