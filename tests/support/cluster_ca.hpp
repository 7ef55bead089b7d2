// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

struct evp_pkey_st;
struct x509_st;

namespace troupe::test {

/// A cluster's CA, made on the spot, and the folders of its nodes; all gone with it.
class cluster_ca {
public:
  cluster_ca();
  ~cluster_ca();
  cluster_ca(const cluster_ca&) = delete;
  cluster_ca& operator=(const cluster_ca&) = delete;

  /// Takes: what the certificate's subjectAltName says ("URI:troupe-node:a"), from when to when it
  /// is valid, in seconds from now. Returns: a new folder with ca.pem, node.pem and node-key.pem.
  std::string folder(const std::string& names, long from_s = -3600, long to_s = 3600);

private:
  std::string root_;
  int folders_ = 0;
  evp_pkey_st* key_ = nullptr;
  x509_st* certificate_ = nullptr;
};

} // namespace troupe::test
