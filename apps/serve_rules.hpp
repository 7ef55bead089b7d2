// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace troupe::apps {

// Where a server may listen, and who may then ask it what.

/// "127.0.0.1:8080" or "[::1]:8080".
struct listen_place {
  std::string address; ///< without brackets
  std::uint16_t port = 0;
  std::string wrong; ///< "" or what is wrong with the text
};
listen_place parse_listen(std::string_view text);

/// Returns: is this literal address one that only this machine reaches (127.0.0.0/8, ::1, the
/// former as IPv6)? Source: RFC 1122, 3.2.1.3; RFC 4291, 2.5.3 and 2.5.5.2.
bool is_loopback(const std::string& address);

/// Who is kept out, and how.
struct exposure {
  std::string address;
  bool tls = false;
  bool behind_proxy = false; ///< what comes from elsewhere comes through one that speaks TLS
  bool token = false;
  bool guarded = false; ///< there are routes that move money or make requests
};
/// A loopback address needs nothing. Any other needs TLS or a proxy, and, as everything behind a
/// proxy, a token for guarded routes. Returns: "" or what is missing, as one line.
std::string why_not_exposed(const exposure& e);

/// Returns: "" or what is wrong with this as an Origin ("https://bank.example:8443").
/// Source: RFC 6454, 7.
std::string wrong_origin(std::string_view origin);

/// Returns: "" or what is wrong with this as the name in a Host field: without a port.
std::string wrong_host(std::string_view host);

/// An option, and the file or folder that it was given.
struct named_path {
  const char* option;
  std::string path;
};
/// Returns: an error of the start, "PATH: reason" or "cannot listen on ...", with the option before
/// it whose value that is, and what to do where that can be said; else as it is.
std::string told_by_option(const std::string& what, std::span<const named_path> paths);

/// Returns: "" or why this cannot be the key of a server that nobody types a pass phrase into. A
/// file that cannot be read is left to whoever uses it.
std::string why_no_key(const std::string& path);

} // namespace troupe::apps
