// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "io/http/asio.hpp"

namespace troupe::cluster {

struct host_and_port {
  std::string host; ///< without brackets
  std::uint16_t port = 0;
};

/// Takes: "host:port", "10.0.0.2:7000", "[::1]:7000". Returns: none for anything else, port 0 too.
std::optional<host_and_port> host_and_port_of(std::string_view where);

/// 127.0.0.0/8 and ::1, also as ::ffff:127.0.0.1.
bool is_loopback(const io::asio::ip::address& a);

/// "10.0.0.2:7000", "[::1]:7000".
std::string text_of(const io::tcp::endpoint& e);

} // namespace troupe::cluster
