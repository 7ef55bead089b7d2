// SPDX-License-Identifier: BSD-3-Clause
#include "io/cluster/certificates.hpp"

#include <cerrno>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include <boost/asio/ssl/error.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include "domain/cluster/hello.hpp"

namespace troupe::cluster {

namespace {

constexpr std::string_view name_prefix = "troupe-node:";

struct free_names {
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};
struct free_chain {
  void operator()(X509_STORE_CTX* c) const { X509_STORE_CTX_free(c); }
};

std::optional<std::string> node_of(X509* certificate) {
  const std::unique_ptr<GENERAL_NAMES, free_names> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::optional<std::string> found;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const auto* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI)
      continue;
    const auto* text = name->d.uniformResourceIdentifier;
    const std::string_view uri(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                               static_cast<std::size_t>(ASN1_STRING_length(text)));
    if (!uri.starts_with(name_prefix))
      continue;
    const auto node = uri.substr(name_prefix.size());
    if (found || !is_node_name(node))
      return std::nullopt;
    found = node;
  }
  return found;
}

// Others look at it as we look at theirs; better told at the start than at the first link.
void check_own(SSL_CTX* raw, const std::string& file) {
  STACK_OF(X509)* between = nullptr;
  SSL_CTX_get0_chain_certs(raw, &between);
  for (const char* purpose : {"ssl_server", "ssl_client"}) {
    const std::unique_ptr<X509_STORE_CTX, free_chain> chain(X509_STORE_CTX_new());
    if (!chain
        || X509_STORE_CTX_init(chain.get(), SSL_CTX_get_cert_store(raw),
                               SSL_CTX_get0_certificate(raw), between)
               != 1
        || X509_STORE_CTX_set_default(chain.get(), purpose) != 1)
      throw std::runtime_error("cannot check '" + file + "'");
    if (X509_verify_cert(chain.get()) != 1)
      throw std::runtime_error(
          "'" + file + "' would be refused by the others: "
          + X509_verify_cert_error_string(X509_STORE_CTX_get_error(chain.get())));
  }
}

void check_key_file(const std::string& file) {
  struct stat found {};
  if (::stat(file.c_str(), &found) != 0)
    throw std::runtime_error("cannot read '" + file
                             + "': " + std::generic_category().message(errno));
  if ((found.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    throw std::runtime_error("others may read the key in '" + file + "': chmod 600 it");
}

std::string explain_certificate(long verified) {
  switch (verified) {
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
  case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
  case X509_V_ERR_CERT_SIGNATURE_FAILURE:
  case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
  case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    return "its certificate is not one of this cluster's CA";
  case X509_V_ERR_CERT_HAS_EXPIRED:
    return "its certificate has expired";
  case X509_V_ERR_CERT_NOT_YET_VALID:
    return "its certificate is not yet valid";
  default:
    return std::string("its certificate: ") + X509_verify_cert_error_string(verified);
  }
}

std::string explain_reason(int reason, const error_code& error) {
  constexpr int alerts = SSL_AD_REASON_OFFSET;
  switch (reason) {
  case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
    return "it shows no certificate";
  case SSL_R_WRONG_VERSION_NUMBER:
  case SSL_R_HTTP_REQUEST:
  case SSL_R_HTTPS_PROXY_REQUEST:
    return "it does not speak TLS";
  case alerts + SSL3_AD_BAD_CERTIFICATE:
  case alerts + SSL3_AD_UNSUPPORTED_CERTIFICATE:
  case alerts + SSL3_AD_CERTIFICATE_REVOKED:
  case alerts + SSL3_AD_CERTIFICATE_EXPIRED:
  case alerts + SSL3_AD_CERTIFICATE_UNKNOWN:
  case alerts + TLS1_AD_UNKNOWN_CA:
  case alerts + TLS13_AD_CERTIFICATE_REQUIRED:
    return "it refused this node's certificate (" + error.message() + ")";
  default:
    return "TLS: " + error.message();
  }
}

} // namespace

cluster_tls make_cluster_tls(const std::string& dir) {
  const auto ca = dir + "/ca.pem", certificate = dir + "/node.pem", key = dir + "/node-key.pem";
  cluster_tls out;
  out.context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls);
  SSL_CTX* raw = out.context->native_handle();
  SSL_CTX_set_min_proto_version(raw, TLS1_3_VERSION);
  SSL_CTX_set_verify(raw, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(raw, 0);
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS);
  error_code e;
  out.context->load_verify_file(ca, e);
  if (e)
    throw std::runtime_error("cannot use '" + ca + "' as the cluster's CA: " + e.message());
  out.context->use_certificate_chain_file(certificate, e);
  if (e)
    throw std::runtime_error("cannot use '" + certificate
                             + "' as a PEM certificate: " + e.message());
  check_key_file(key);
  out.context->use_private_key_file(key, asio::ssl::context::pem, e);
  if (e || SSL_CTX_check_private_key(raw) != 1)
    throw std::runtime_error("'" + key + "' is not the PEM key of the certificate in '"
                             + certificate + "'");
  const auto node = node_of(SSL_CTX_get0_certificate(raw));
  if (!node)
    throw std::runtime_error("'" + certificate + "' names no node (URI:troupe-node:NAME)");
  out.node = *node;
  check_own(raw, certificate);
  return out;
}

std::optional<std::string> node_of(SSL* ssl) {
  X509* certificate = SSL_get0_peer_certificate(ssl);
  if (!certificate || SSL_get_verify_result(ssl) != X509_V_OK)
    return std::nullopt;
  return node_of(certificate);
}

std::string explain_tls(SSL* ssl, const error_code& error) {
  if (const long verified = SSL_get_verify_result(ssl); verified != X509_V_OK)
    return explain_certificate(verified);
  if (error == asio::error::eof || error == asio::ssl::error::stream_truncated)
    return "it closed the connection during the TLS handshake";
  if (error.category() == asio::error::get_ssl_category())
    return explain_reason(ERR_GET_REASON(static_cast<unsigned long>(error.value())), error);
  return error.message();
}

} // namespace troupe::cluster
