// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/address_rule.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace troupe::crawl {

namespace {

struct special_v4 {
  std::uint32_t begin;
  unsigned bits;
  std::string_view kind;
};

constexpr std::uint32_t v4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

constexpr special_v4 v4_ranges[] = {
    {v4(0, 0, 0, 0), 32, "unspecified"},
    {v4(0, 0, 0, 0), 8, "this-network"}, // Linux takes 0.0.0.0 for itself
    {v4(10, 0, 0, 0), 8, "private"},
    {v4(100, 64, 0, 0), 10, "shared"}, // RFC 6598: behind a carrier's NAT
    {v4(127, 0, 0, 0), 8, "loopback"},
    {v4(169, 254, 0, 0), 16, "link-local"}, // clouds answer with credentials at 169.254.169.254
    {v4(172, 16, 0, 0), 12, "private"},
    {v4(192, 0, 0, 0), 24, "protocol"},
    {v4(192, 0, 2, 0), 24, "documentation"},
    {v4(192, 88, 99, 0), 24, "6to4-relay"},
    {v4(192, 168, 0, 0), 16, "private"},
    {v4(198, 18, 0, 0), 15, "benchmark"},
    {v4(198, 51, 100, 0), 24, "documentation"},
    {v4(203, 0, 113, 0), 24, "documentation"},
    {v4(224, 0, 0, 0), 4, "multicast"},
    {v4(255, 255, 255, 255), 32, "broadcast"},
    {v4(240, 0, 0, 0), 4, "reserved"},
};

struct special_v6 {
  std::array<std::uint8_t, 8> begin; // no range is longer than 64 bits, but for ::/128 and ::1/128
  unsigned bits;
  std::string_view kind;
};

constexpr special_v6 v6_ranges[] = {
    {{0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}, 48, "nat64-local"},
    {{0x01, 0x00}, 64, "discard"},
    {{0x20, 0x01, 0x00, 0x02}, 48, "benchmark"},
    {{0x20, 0x01, 0x00, 0x00}, 23, "protocol"}, // Teredo, ORCHID ...
    {{0x20, 0x01, 0x0d, 0xb8}, 32, "documentation"},
    {{0x3f, 0xff, 0x00, 0x00}, 20, "documentation"}, // RFC 9637
    {{0xfc}, 7, "unique-local"},
    {{0xfe, 0x80}, 10, "link-local"},
    {{0xfe, 0xc0}, 10, "site-local"},
    {{0xff}, 8, "multicast"},
};

bool same_bits(const std::uint8_t* a, const std::uint8_t* b, unsigned bits) {
  if (std::memcmp(a, b, bits / 8) != 0)
    return false;
  const auto mask = static_cast<std::uint8_t>(0xff00u >> bits % 8);
  return bits % 8 == 0 || ((a[bits / 8] ^ b[bits / 8]) & mask) == 0;
}

std::string_view refusal_v4(const std::uint8_t* b) {
  const auto address = v4(b[0], b[1], b[2], b[3]);
  for (const auto& r : v4_ranges)
    if (((address ^ r.begin) >> (32 - r.bits)) == 0)
      return r.kind;
  return "";
}

constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::array<std::uint8_t, 12> nat64{0x00, 0x64, 0xff, 0x9b};

std::string_view refusal_v6(const std::array<std::uint8_t, 16>& b) {
  if (std::all_of(b.begin(), b.end() - 1, [](auto byte) { return byte == 0; }) && b[15] < 2)
    return b[15] == 0 ? "unspecified" : "loopback";
  if (std::equal(nat64.begin(), nat64.end(), b.begin()))
    return refusal_v4(&b[12]);
  for (const auto& r : v6_ranges)
    if (same_bits(b.data(), r.begin.data(), r.bits))
      return r.kind;
  if ((b[0] & 0xe0) != 0x20) // 2000::/3 is all that was ever given out
    return "reserved";
  if (b[0] == 0x20 && b[1] == 0x02)
    return refusal_v4(&b[2]);
  return "";
}

// What a connection to a mapped address goes to.
ip_address plain(const ip_address& a) {
  if (!a.v6 || !std::equal(mapped.begin(), mapped.end(), a.bytes.begin()))
    return a;
  ip_address out;
  std::copy(a.bytes.begin() + 12, a.bytes.end(), out.bytes.begin());
  return out;
}

} // namespace

std::optional<ip_address> ip_address::parse(std::string_view text) {
  ip_address a;
  a.v6 = text.find(':') != text.npos;
  const std::string whole{text};
  if (whole.find('\0') != whole.npos
      || inet_pton(a.v6 ? AF_INET6 : AF_INET, whole.c_str(), a.bytes.data()) != 1)
    return std::nullopt;
  return a;
}

std::string address_rule::allow(std::string_view text) {
  const auto quoted = "'" + std::string{text.substr(0, 64)} + "' ";
  const auto slash = text.find('/');
  const auto address = ip_address::parse(text.substr(0, slash));
  if (!address)
    return quoted + "is no address range: write 127.0.0.0/8 or fd00::/8";
  const unsigned most = address->v6 ? 128 : 32;
  unsigned bits = most;
  if (slash != text.npos) {
    const auto digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (error != std::errc{} || end != digits.data() + digits.size() || bits > most)
      return quoted + "has no length from 0 to " + std::to_string(most) + " behind its '/'";
  }
  // Bits behind the length are mostly a slip: 10.0.0.1/8 was meant as 10.0.0.1.
  for (unsigned i = bits; i < most; ++i)
    if (address->bytes[i / 8] >> (7 - i % 8) & 1)
      return quoted + "has bits beyond its length: /" + std::to_string(most)
             + " is one address alone";
  if (plain(*address) != *address)
    return quoted + "is IPv4 in disguise: write it as such";
  if (allowed_.size() == ranges_max)
    return quoted + "is one more than the " + std::to_string(ranges_max) + " ranges that may be";
  allowed_.push_back({*address, bits});
  texts_.emplace_back(text);
  return "";
}

std::string_view address_rule::refusal(const ip_address& address) const {
  const auto kind = own_refusal(address);
  return kind.empty() && narrower_ ? narrower_->refusal(address) : kind;
}

std::string_view address_rule::own_refusal(const ip_address& given) const {
  const auto address = plain(given);
  for (const auto& r : allowed_)
    if (r.begin.v6 == address.v6 && same_bits(address.bytes.data(), r.begin.bytes.data(), r.bits))
      return "";
  return address.v6 ? refusal_v6(address.bytes) : refusal_v4(address.bytes.data());
}

} // namespace troupe::crawl
