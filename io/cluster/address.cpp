// SPDX-License-Identifier: BSD-3-Clause
#include "io/cluster/address.hpp"

#include <charconv>

namespace troupe::cluster {

std::optional<host_and_port> host_and_port_of(std::string_view where) {
  const auto colon = where.rfind(':');
  if (colon == where.npos)
    return std::nullopt;
  auto host = where.substr(0, colon);
  const auto digits = where.substr(colon + 1);
  host_and_port out;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.port);
  if (error != std::errc() || end != digits.data() + digits.size() || out.port == 0)
    return std::nullopt;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != host.npos)
    return std::nullopt; // an IPv6 address without brackets could end anywhere
  constexpr std::size_t name_bytes_max = 253;
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:%";
  if (host.empty() || host.size() > name_bytes_max || host.find_first_not_of(allowed) != host.npos)
    return std::nullopt;
  out.host = host;
  return out;
}

bool is_loopback(const io::asio::ip::address& a) {
  using namespace io::asio::ip;
  if (a.is_v6() && a.to_v6().is_v4_mapped())
    return make_address_v4(v4_mapped, a.to_v6()).is_loopback();
  return a.is_loopback();
}

std::string text_of(const io::tcp::endpoint& e) {
  const auto address = e.address().to_string();
  return (e.address().is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(e.port());
}

} // namespace troupe::cluster
