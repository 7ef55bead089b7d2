// SPDX-License-Identifier: BSD-3-Clause
#include "io/http/proxy.hpp"

#include <arpa/inet.h>
#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace troupe::io {

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::vector<std::uint8_t> address_bytes(std::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  std::string text(host);
  std::vector<std::uint8_t> bytes(16);
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1)
    return bytes;
  bytes.resize(4);
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1)
    return bytes;
  return {};
}

bool same_prefix(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b, int bits) {
  if (a.size() != b.size())
    return false;
  auto whole = static_cast<std::size_t>(bits / 8);
  if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin()))
    return false;
  if (bits % 8 == 0)
    return true;
  int mask = 0xff << (8 - bits % 8) & 0xff;
  return (a[whole] & mask) == (b[whole] & mask);
}

// The URL class hides a default port, but "http://proxy:80" and "http://proxy" differ here.
bool names_a_port(std::string_view value) {
  if (auto scheme = value.find("://"); scheme != value.npos)
    value.remove_prefix(scheme + 3);
  value = value.substr(0, value.find_first_of("/?#"));
  if (auto at = value.rfind('@'); at != value.npos)
    value.remove_prefix(at + 1);
  auto colon = value.rfind(':');
  auto bracket = value.rfind(']');
  return colon != value.npos && (bracket == value.npos || colon > bracket)
         && colon + 1 < value.size();
}

std::unique_ptr<const proxy> parse_proxy(const char* variable, const std::string& value) {
  constexpr std::uint16_t default_port = 1080;
  auto out = std::make_unique<proxy>();
  auto scheme_end = value.find("://");
  std::string scheme = scheme_end == value.npos ? "http" : lower(value.substr(0, scheme_end));
  if (scheme != "http") {
    out->unusable = scheme + " proxies are not supported (" + variable + ")";
    return out;
  }
  auto parsed = crawl::parse_url(scheme_end == value.npos ? "http://" + value : value);
  if (!parsed) { // the value may hold a password: it is not repeated
    out->unusable = std::string(variable)
                    + " is no proxy URL: " + std::string(crawl::to_string(parsed.error()));
    return out;
  }
  out->host = parsed->host();
  out->port = names_a_port(value) ? parsed->port() : default_port;
  if (!parsed->credentials().empty())
    out->authorization = basic_authorization(parsed->credentials());
  return out;
}

} // namespace

proxy_rules::proxy_rules(const lookup& environment) {
  auto first_set = [&](std::initializer_list<const char*> names) {
    for (const char* name : names)
      if (auto value = environment(name); value && !value->empty())
        return std::pair{name, *value};
    return std::pair{"", std::string{}};
  };
  if (auto [name, value] = first_set({"http_proxy", "all_proxy", "ALL_PROXY"}); !value.empty())
    http_ = parse_proxy(name, value);
  if (auto [name, value] = first_set({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
      !value.empty())
    https_ = parse_proxy(name, value);
  if (!http_ && !https_)
    return;
  auto [name, list] = first_set({"no_proxy", "NO_PROXY"});
  for (std::size_t begin = 0; begin < list.size();) {
    auto end = std::min(list.find_first_of(", \t", begin), list.size());
    if (end > begin)
      exceptions_.push_back(parse_exception(lower(list.substr(begin, end - begin))));
    begin = end + 1;
  }
}

proxy_rules proxy_rules::from_process() {
  return proxy_rules([](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    return value ? std::optional<std::string>(value) : std::nullopt;
  });
}

proxy_rules::exception proxy_rules::parse_exception(std::string entry) {
  exception out;
  if (auto slash = entry.find('/'); slash != entry.npos) {
    auto bytes = address_bytes(entry.substr(0, slash));
    int bits = -1;
    const char* end = entry.data() + entry.size();
    auto [stop, error] = std::from_chars(entry.data() + slash + 1, end, bits);
    if (!bytes.empty() && error == std::errc{} && stop == end && bits >= 0
        && bits <= static_cast<int>(bytes.size()) * 8) {
      out.network = std::move(bytes);
      out.prefix_bits = bits;
      return out;
    }
  }
  // "host:port", but not the colons of a bare IPv6 address.
  auto colon = entry.rfind(':');
  bool bracketed = !entry.empty() && entry.front() == '[';
  if (colon != entry.npos && (bracketed ? entry[colon - 1] == ']' : entry.find(':') == colon)) {
    unsigned port = 0;
    const char* end = entry.data() + entry.size();
    auto [stop, error] = std::from_chars(entry.data() + colon + 1, end, port);
    if (error == std::errc{} && stop == end && port <= 65535) {
      out.port = static_cast<std::uint16_t>(port);
      entry.resize(colon);
    }
  }
  if (auto bytes = address_bytes(entry); !bytes.empty()) {
    out.prefix_bits = static_cast<int>(bytes.size()) * 8;
    out.network = std::move(bytes);
    return out;
  }
  while (entry.size() > 1 && (entry.front() == '.' || entry.starts_with("*.")))
    entry.erase(0, entry.front() == '.' ? 1 : 2);
  while (entry.size() > 1 && entry.back() == '.')
    entry.pop_back();
  out.host = std::move(entry);
  return out;
}

bool proxy_rules::exempt(const crawl::url& target) const {
  if (exceptions_.empty())
    return false;
  std::string_view host = target.host();
  auto bytes = address_bytes(host);
  if (host.size() > 1 && host.back() == '.')
    host.remove_suffix(1);
  for (const auto& e : exceptions_) {
    if (e.port != 0 && e.port != target.port())
      continue;
    if (!e.network.empty()) {
      if (same_prefix(e.network, bytes, e.prefix_bits))
        return true;
    } else if (e.host == "*" || host == e.host) {
      return true;
    } else if (bytes.empty() && !e.host.empty() && host.size() > e.host.size()
               && host.ends_with(e.host) && host[host.size() - e.host.size() - 1] == '.') {
      return true;
    }
  }
  return false;
}

const proxy* proxy_rules::route(const crawl::url& target) const {
  const proxy* wanted = target.https() ? https_.get() : http_.get();
  return wanted && !exempt(target) ? wanted : nullptr;
}

std::string basic_authorization(std::string_view credentials) {
  std::string encoded((credentials.size() + 2) / 3 * 4 + 1, '\0'); // EncodeBlock ends with a NUL
  int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                               reinterpret_cast<const unsigned char*>(credentials.data()),
                               static_cast<int>(credentials.size()));
  encoded.resize(static_cast<std::size_t>(length));
  return "Basic " + encoded;
}

} // namespace troupe::io
