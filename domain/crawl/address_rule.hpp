// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::crawl {

/// An IPv4 or IPv6 address as a value.
struct ip_address {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{}; ///< network order; the first four, if it is IPv4

  /// Takes: the strict forms, "192.0.2.1" or "2001:db8::1", without brackets or a zone.
  static std::optional<ip_address> parse(std::string_view text);
  friend bool operator==(const ip_address&, const ip_address&) = default;
};

/// Which addresses a crawl may connect to: those of the public internet, and what is allowed by
/// name. For crawls that others start: without it they could be made to read what only this
/// machine, or its network, can reach (server-side request forgery). It is asked about the address
/// that a connection is about to be made to, so that neither a spelling ("0x7f.1"), nor a name, nor
/// a redirect, nor a name server that changes its mind gets around it.
///
/// Refused are loopback, private, shared (100.64.0.0/10), link-local, unique-local, multicast,
/// unspecified, broadcast, documentation and benchmark addresses, and what else no public host has:
/// in IPv4 all ranges that IANA lists as not globally reachable, in IPv6 all but 2000::/3, and of
/// that the ranges for protocols (2001::/23, Teredo among them) and documentation.
/// An IPv4-mapped address (::ffff:0:0/96) is the IPv4 address that it connects to. One that leads
/// to an IPv4 address by translation (NAT64, 64:ff9b::/96) or in a tunnel (6to4, 2002::/16) is
/// judged by that: a network without IPv4 sees every IPv4 host through NAT64, so that refusing
/// those would refuse most of the web. The local-use NAT64 prefix (64:ff9b:1::/48) is refused; a
/// network that translates under a prefix of its own does so behind this rule's back.
/// Ports: any. Source: IANA's special-purpose address registries; RFC 6890, RFC 6052, RFC 3056.
class address_rule {
public:
  static constexpr std::size_t ranges_max = 1'000; ///< each is looked at for each connection

  /// Takes: "127.0.0.0/8", "fd00::/8", or an address alone. Returns: "" or what is wrong with it.
  std::string allow(std::string_view range);
  /// Returns: what was allowed, as it was written: for who makes the same rule elsewhere.
  const std::vector<std::string>& allowed() const { return texts_; }

  /// From now on what that rule refuses is refused as well, whatever is allowed here.
  void narrow(std::shared_ptr<const address_rule> other) { narrower_ = std::move(other); }

  /// Returns: "" if it may be connected to, or the kind that it is of: "loopback".
  std::string_view refusal(const ip_address& address) const;

private:
  struct range {
    ip_address begin;
    unsigned bits = 0;
  };
  std::string_view own_refusal(const ip_address& address) const;

  std::vector<range> allowed_;
  std::vector<std::string> texts_;
  std::shared_ptr<const address_rule> narrower_;
};

} // namespace troupe::crawl
