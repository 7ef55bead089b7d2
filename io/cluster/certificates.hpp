// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/ssl/context.hpp>

#include "io/http/asio.hpp"

namespace troupe::cluster {

using io::error_code;
namespace asio = io::asio;

/// This node's side of the cluster's TLS.
struct cluster_tls {
  std::unique_ptr<asio::ssl::context> context; ///< for both roles
  std::string node;                            ///< whom the certificate names
};

/// Takes: a folder with ca.pem (the cluster's CA and no other), node.pem (with what lies between,
/// if anything), node-key.pem (readable by its owner only).
/// Returns: TLS 1.3, both sides with a certificate, sessions never resumed: each handshake looks at
/// the certificates anew.
/// Throws: std::runtime_error with the file's name, also if the certificate would not be accepted
/// by others now.
cluster_tls make_cluster_tls(const std::string& dir);

/// Whom a verified peer's certificate names: the one subjectAltName "URI:troupe-node:NAME". None if
/// it names no node, or several: it is for something else then, whoever signed it.
std::optional<std::string> node_of(SSL* ssl);

/// Words for a failed handshake, or for a failed read behind it: with TLS 1.3 the side that
/// connects learns there that its certificate was refused.
std::string explain_tls(SSL* ssl, const error_code& error);

} // namespace troupe::cluster
