// SPDX-License-Identifier: BSD-3-Clause
#include "io/http_server/listen.hpp"

#include <stdexcept>

#include <openssl/ssl.h>
#include <sys/socket.h>

namespace troupe::io {

namespace {

using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

std::runtime_error cannot_listen(const tcp::endpoint& where, const error_code& e) {
  return std::runtime_error("cannot listen on " + where.address().to_string() + " port "
                            + std::to_string(where.port()) + ": " + e.message());
}

// A client that offers protocols and not ours is refused; one that offers none is taken at its
// word.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* in, unsigned in_size, void*) {
  static const unsigned char ours[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, out_size, ours, sizeof ours - 1, in, in_size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

} // namespace

tcp::endpoint listening_address(const std::string& address, std::uint16_t port) {
  error_code e;
  const auto a = asio::ip::make_address(address, e);
  if (e)
    throw std::invalid_argument("'" + address
                                + "' is no address to listen on (such as 127.0.0.1 or ::1)");
  return {a, port};
}

void bind_acceptor(server_acceptor& a, tcp::endpoint& where, bool first, bool shared) {
  error_code e;
  a.open(where.protocol(), e);
  if (!e)
    a.set_option(tcp::acceptor::reuse_address(true), e);
  // The first asks for the port alone, so that another server's is not shared unnoticed; Linux
  // lets it be shared from then on.
  if (!e && !first)
    a.set_option(reuse_port(true), e);
  if (!e)
    a.bind(where, e);
  if (!e && first && shared)
    a.set_option(reuse_port(true), e);
  if (!e && first)
    where = a.local_endpoint(e);
  if (e)
    throw cannot_listen(where, e);
}

void start_listening(server_acceptor& a, const tcp::endpoint& where) {
  error_code e;
  a.listen(asio::socket_base::max_listen_connections, e);
  if (e)
    throw cannot_listen(where, e);
}

std::unique_ptr<asio::ssl::context> make_server_tls(const std::string& certificate,
                                                    const std::string& key) {
  auto tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX* raw = tls->native_handle();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION
                               | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS); // 34 KB less for each idle connection
  SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
  error_code e;
  tls->use_certificate_chain_file(certificate, e);
  if (e)
    throw std::runtime_error("cannot use '" + certificate
                             + "' as a PEM certificate chain: " + e.message());
  tls->use_private_key_file(key, asio::ssl::context::pem, e);
  if (e)
    throw std::runtime_error("cannot use '" + key + "' as the PEM key of '" + certificate
                             + "': " + e.message());
  if (SSL_CTX_check_private_key(raw) != 1)
    throw std::runtime_error("the key in '" + key + "' is not that of the certificate in '"
                             + certificate + "'");
  return tls;
}

} // namespace troupe::io
