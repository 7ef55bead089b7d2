// SPDX-License-Identifier: BSD-3-Clause
#include "apps/serve_rules.hpp"

#include <charconv>
#include <cstddef>
#include <fstream>

#include <arpa/inet.h>

namespace troupe::apps {

namespace {

bool is_v4(const std::string& address, in_addr& out) {
  return ::inet_pton(AF_INET, address.c_str(), &out) == 1;
}
bool is_v6(const std::string& address, in6_addr& out) {
  return ::inet_pton(AF_INET6, address.c_str(), &out) == 1;
}

bool all_of_host(std::string_view text, std::string_view further) {
  for (const char c : text) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!word && further.find(c) == further.npos)
      return false;
  }
  return !text.empty();
}

} // namespace

listen_place parse_listen(std::string_view text) {
  listen_place place;
  const auto refuse = [&](const std::string& why) {
    place.wrong = "--listen '" + std::string{text} + "': " + why;
    return place;
  };
  const auto colon = text.rfind(':');
  if (colon == text.npos)
    return refuse("is no ADDRESS:PORT, as 127.0.0.1:8080 or [::1]:8080");
  auto address = text.substr(0, colon);
  const auto port = text.substr(colon + 1);
  const bool bracketed = address.size() > 2 && address.front() == '[' && address.back() == ']';
  if (bracketed)
    address = address.substr(1, address.size() - 2);
  place.address = address;
  in_addr v4{};
  in6_addr v6{};
  if (!bracketed && is_v6(std::string{text}, v6))
    return refuse("an IPv6 address stands in brackets, as [::1]:8080");
  if (bracketed ? !is_v6(place.address, v6) : !is_v4(place.address, v4))
    return refuse("'" + place.address + "' is no " + (bracketed ? "IPv6" : "IPv4") + " address"
                  + (place.address.empty() || place.address == "localhost"
                         ? "; write 127.0.0.1:" + std::string{port}
                         : ""));
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), place.port);
  if (error != std::errc{} || end != port.data() + port.size())
    return refuse("'" + std::string{port} + "' is no port (0 to 65535; 0 takes any free one)");
  return place;
}

bool is_loopback(const std::string& address) {
  in_addr v4{};
  if (is_v4(address, v4))
    return ntohl(v4.s_addr) >> 24 == 127;
  in6_addr v6{};
  if (!is_v6(address, v6))
    return false;
  return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
}

std::string why_not_exposed(const exposure& e) {
  const bool local = is_loopback(e.address);
  if (!local && !e.tls && !e.behind_proxy)
    return "--listen " + e.address
           + " can be reached from elsewhere: it needs --tls-cert and --tls-key, or --behind-proxy";
  if (e.guarded && !e.token && (!local || e.behind_proxy))
    return (local ? std::string{"--behind-proxy"} : "--listen " + e.address)
           + " lets others ask for what is guarded: it needs --token-file (see troupe-serve "
             "new-token --help)";
  return "";
}

std::string wrong_origin(std::string_view origin) {
  const std::string quoted = "--allow-origin '" + std::string{origin} + "': ";
  auto rest = origin;
  if (rest.starts_with("https://"))
    rest.remove_prefix(8);
  else if (rest.starts_with("http://"))
    rest.remove_prefix(7);
  else
    return quoted + "begins with https:// or http://";
  return all_of_host(rest, "-._:[]") ? ""
                                     : quoted + "is a scheme, a host and perhaps a port, no more";
}

std::string wrong_host(std::string_view host) {
  const std::string quoted = "--host '" + std::string{host} + "': ";
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    in6_addr v6{};
    return is_v6(std::string{host.substr(1, host.size() - 2)}, v6) ? ""
                                                                   : quoted + "is no IPv6 address";
  }
  return all_of_host(host, "-._") ? "" : quoted + "is a name or an address, without a port";
}

std::string told_by_option(const std::string& what, std::span<const named_path> paths) {
  if (what.starts_with("cannot listen on"))
    return "--listen: " + what
           + (what.ends_with("in use") ? ": take another port, or port 0 for any free one" : "");
  for (const auto& [option, path] : paths) {
    if (path.empty() || !what.starts_with(path + ":"))
      continue;
    const std::string_view name{option};
    auto told = std::string{option} + " " + what;
    constexpr std::string_view not_waited = ", and did not end within 0 s";
    if (name == "--bank" && told.ends_with(not_waited))
      told.replace(told.size() - not_waited.size(), told.npos, ": a ledger has one server");
    const bool none = told.ends_with("No such file or directory");
    if (none && name == "--token-file")
      told += "; make it with troupe-serve new-token --token-file " + path;
    if (none && name == "--bank")
      told += ": its folder has to be there";
    return told;
  }
  return what;
}

std::string why_no_key(const std::string& path) {
  if (path.empty())
    return "";
  std::ifstream file{path};
  constexpr std::size_t lines_max = 10'000;
  std::string line;
  for (std::size_t i = 0; i < lines_max && std::getline(file, line); ++i)
    if (line.find("BEGIN ENCRYPTED") != line.npos
        || (line.starts_with("Proc-Type:") && line.find("ENCRYPTED") != line.npos))
      return "is encrypted, and nobody is asked for a pass phrase: write it without one, as by"
             " 'openssl pkey -in FILE -out PLAIN', in a file that only you may read";
  return "";
}

} // namespace troupe::apps
