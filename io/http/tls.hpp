// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "io/http/asio.hpp"
#include "io/http/client.hpp"

namespace troupe::io {

using tls_stream = asio::ssl::stream<tcp_socket&>;

/// A client's side of TLS: one context, made at the first https URL (reading the system's
/// certificates takes milliseconds), and the sessions that servers offer to resume.
/// Threads: the loop's. Must outlive the streams' use, not the streams.
class tls_engine {
public:
  explicit tls_engine(const http_options& options) : options_(options) {}
  ~tls_engine();
  tls_engine(const tls_engine&) = delete;
  tls_engine& operator=(const tls_engine&) = delete;

  /// Takes: `host` as in a URL, for SNI and for the certificate's name; `key`, what sessions are
  /// kept under. Returns: null with `why` filled in, if the context cannot be made.
  std::unique_ptr<tls_stream> make_stream(tcp_socket& socket, std::string_view host,
                                          const std::string& key, std::string& why);

  /// Returns: words for a failed handshake: what is wrong with the certificate, if that is it.
  static std::string explain(tls_stream& stream, const error_code& error);

  /// To be called before a stream that worked is given up without a farewell: else OpenSSL takes
  /// its session for a broken one, and it cannot be resumed.
  static void retire(tls_stream& stream);

  /// Returns: true if `error` says that the peer closed without close_notify.
  static bool truncated(const error_code& error);

private:
  bool make_context(std::string& why);
  static int on_new_session(SSL* ssl, SSL_SESSION* session);

  const http_options& options_;
  std::unique_ptr<asio::ssl::context> context_;
  std::unordered_map<std::string, SSL_SESSION*> sessions_; // owned
};

} // namespace troupe::io
