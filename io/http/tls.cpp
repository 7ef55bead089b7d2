// SPDX-License-Identifier: BSD-3-Clause
#include "io/http/tls.hpp"

#include <arpa/inet.h>
#include <boost/asio/ssl/error.hpp>
#include <openssl/err.h>
#include <openssl/x509v3.h>

namespace troupe::io {

namespace {

constexpr std::size_t sessions_max = 512;

// Where a stream's SSL object keeps its engine and its session key.
int engine_slot() {
  static const int slot = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return slot;
}

int key_slot() {
  auto release = [](void*, void* key, CRYPTO_EX_DATA*, int, long, void*) {
    delete static_cast<std::string*>(key);
  };
  static const int slot = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, release);
  return slot;
}

bool is_address(const std::string& host) {
  unsigned char bytes[16];
  return inet_pton(AF_INET, host.c_str(), bytes) == 1
         || inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

} // namespace

tls_engine::~tls_engine() {
  for (auto& [key, session] : sessions_)
    SSL_SESSION_free(session);
}

bool tls_engine::make_context(std::string& why) {
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
  SSL_CTX* raw = context->native_handle();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  error_code error;
  if (!options_.ca_file.empty())
    context->load_verify_file(options_.ca_file, error);
  else
    context->set_default_verify_paths(error);
  if (error) {
    why = "cannot read certificates" + (options_.ca_file.empty() ? "" : " from " + options_.ca_file)
          + ": " + error.message();
    return false;
  }
  static const unsigned char alpn[] = "\x08http/1.1";
  SSL_CTX_set_alpn_protos(raw, alpn, sizeof alpn - 1);
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS); // 34 KB less for each idle connection
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(raw, &tls_engine::on_new_session);
  context_ = std::move(context);
  return true;
}

std::unique_ptr<tls_stream> tls_engine::make_stream(tcp_socket& socket, std::string_view host,
                                                    const std::string& key, std::string& why) {
  if (!context_ && !make_context(why))
    return nullptr;
  auto stream = std::make_unique<tls_stream>(socket, *context_);
  SSL* ssl = stream->native_handle();
  std::string name(host);
  if (name.size() > 2 && name.front() == '[')
    name = name.substr(1, name.size() - 2);
  bool address = is_address(name);
  if (!address && name.back() == '.')
    name.pop_back(); // certificates name hosts without the root's dot
  if (!address)
    SSL_set_tlsext_host_name(ssl, name.c_str()); // SNI knows no addresses
  if (options_.verify_tls) {
    auto* parameters = SSL_get0_param(ssl);
    X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    int set = address ? X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str())
                      : X509_VERIFY_PARAM_set1_host(parameters, name.c_str(), name.size());
    if (set != 1) {
      why = "no certificate can name this host";
      return nullptr;
    }
    SSL_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
  } else {
    SSL_set_verify(ssl, SSL_VERIFY_NONE, nullptr);
  }
  SSL_set_ex_data(ssl, engine_slot(), this);
  SSL_set_ex_data(ssl, key_slot(), new std::string(key));
  if (auto found = sessions_.find(key); found != sessions_.end())
    SSL_set_session(ssl, found->second);
  return stream;
}

// Called by OpenSSL while it reads: in TLS 1.3 the tickets come behind the handshake.
int tls_engine::on_new_session(SSL* ssl, SSL_SESSION* session) {
  auto* self = static_cast<tls_engine*>(SSL_get_ex_data(ssl, engine_slot()));
  auto* key = static_cast<std::string*>(SSL_get_ex_data(ssl, key_slot()));
  if (!self || !key)
    return 0;
  if (self->sessions_.size() >= sessions_max && !self->sessions_.contains(*key)) {
    SSL_SESSION_free(self->sessions_.begin()->second);
    self->sessions_.erase(self->sessions_.begin());
  }
  auto& kept = self->sessions_[*key];
  if (kept)
    SSL_SESSION_free(kept);
  kept = session;
  return 1; // ours now
}

std::string tls_engine::explain(tls_stream& stream, const error_code& error) {
  long verified = SSL_get_verify_result(stream.native_handle());
  if (verified != X509_V_OK && SSL_get_verify_mode(stream.native_handle()) != SSL_VERIFY_NONE)
    return std::string("certificate: ") + X509_verify_cert_error_string(verified);
  if (error == asio::error::eof || truncated(error))
    return "closed during the TLS handshake";
  return "TLS handshake: " + error.message();
}

void tls_engine::retire(tls_stream& stream) {
  SSL_set_shutdown(stream.native_handle(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

bool tls_engine::truncated(const error_code& error) {
  return error == asio::ssl::error::stream_truncated;
}

} // namespace troupe::io
