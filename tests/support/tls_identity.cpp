// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/tls_identity.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace troupe::test {

namespace {

void require(bool fine, const char* what) {
  if (!fine)
    throw std::runtime_error(std::string("OpenSSL: ") + what);
}

// Takes http/1.1 where the client offers it, and nothing else.
int choose_http1(SSL*, const unsigned char** out, unsigned char* length, const unsigned char* in,
                 unsigned int size, void*) {
  static const unsigned char wanted[] = "\x08http/1.1";
  auto* chosen = const_cast<unsigned char**>(out);
  bool found = SSL_select_next_proto(chosen, length, wanted, sizeof wanted - 1, in, size)
               == OPENSSL_NPN_NEGOTIATED;
  return found ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

} // namespace

tls_identity::tls_identity(const std::string& names, long valid_s) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  require(key, "key");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), static_cast<long>(getpid()));
  X509_gmtime_adj(X509_getm_notBefore(certificate), -86'400);
  X509_gmtime_adj(X509_getm_notAfter(certificate), valid_s);
  X509_set_pubkey(certificate, key);
  auto* subject = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("troupe test"), -1, -1, 0);
  X509_set_issuer_name(certificate, subject);
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  for (auto [nid, value] : {std::pair{NID_basic_constraints, std::string("critical,CA:TRUE")},
                            std::pair{NID_subject_alt_name, names}}) {
    auto* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    require(extension, "extension");
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }
  require(X509_sign(certificate, key, EVP_sha256()) > 0, "signature");

  std::string pattern = (std::filesystem::temp_directory_path() / "troupe-ca-XXXXXX").string();
  int fd = mkstemp(pattern.data());
  require(fd >= 0, "temporary file");
  file_ = pattern;
  FILE* out = fdopen(fd, "w");
  PEM_write_X509(out, certificate);
  std::fclose(out);

  context_ = SSL_CTX_new(TLS_server_method());
  require(SSL_CTX_use_certificate(context_, certificate) == 1, "certificate");
  require(SSL_CTX_use_PrivateKey(context_, key) == 1, "private key");
  SSL_CTX_set_alpn_select_cb(context_, choose_http1, nullptr);
  SSL_CTX_set_session_id_context(context_, reinterpret_cast<const unsigned char*>("t"), 1);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

tls_identity::~tls_identity() {
  SSL_CTX_free(context_);
  std::error_code ignored;
  std::filesystem::remove(file_, ignored);
}

} // namespace troupe::test
