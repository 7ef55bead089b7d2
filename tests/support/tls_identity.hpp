// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

struct ssl_ctx_st;

namespace troupe::test {

/// A server's certificate and key, made on the spot and signed by itself, and its file for
/// http_options::ca_file, where the test wants it trusted.
class tls_identity {
public:
  /// Takes: `names`, as OpenSSL writes a subjectAltName ("DNS:localhost,IP:127.0.0.1"); how long
  /// the certificate is valid from now (negative: it ended so long ago).
  explicit tls_identity(const std::string& names, long valid_s = 3600);
  ~tls_identity();
  tls_identity(const tls_identity&) = delete;
  tls_identity& operator=(const tls_identity&) = delete;

  ssl_ctx_st* server() const { return context_; }
  const std::string& file() const { return file_; }

private:
  ssl_ctx_st* context_ = nullptr;
  std::string file_;
};

} // namespace troupe::test
