// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/ssl/context.hpp>

#include "io/http_server/loop.hpp"

namespace troupe::io {

/// Throws: std::invalid_argument if this is no literal address.
tcp::endpoint listening_address(const std::string& address, std::uint16_t port);

/// Binds; if `first`, to a port that nobody else has, and writes into `where` which one it is. With
/// `shared`, further acceptors of ours may be bound to it. Throws: std::runtime_error.
void bind_acceptor(server_acceptor& a, tcp::endpoint& where, bool first, bool shared);
void start_listening(server_acceptor& a, const tcp::endpoint& where);

/// Takes: PEM files. Returns: TLS 1.2 and later, http/1.1 only. Throws: std::runtime_error with the
/// file's name.
std::unique_ptr<asio::ssl::context> make_server_tls(const std::string& certificate,
                                                    const std::string& key);

} // namespace troupe::io
