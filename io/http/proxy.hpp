// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/crawl/url.hpp"

namespace troupe::io {

/// One HTTP proxy.
struct proxy {
  std::string host; ///< as in a URL: IPv6 in brackets
  std::uint16_t port = 0;
  std::string authorization; ///< value of Proxy-Authorization; "" without credentials
  std::string unusable;      ///< why every request through it must fail; mostly ""
};

/// Which proxy a URL goes through, as the usual environment variables say.
///
///     http_proxy               http:// URLs; lower case only, for a CGI server sets HTTP_PROXY
///                              from a request's header
///     https_proxy HTTPS_PROXY  https:// URLs, through CONNECT
///     all_proxy ALL_PROXY      where the one above is unset
///     no_proxy NO_PROXY        hosts reached directly, separated by comma or space: "*"; a name
///                              (itself and everything below it, a leading dot is allowed); an IP
///                              address; a network "10.0.0.0/8"; each with ":port" if wanted
///
/// A value is "[http://][user:password@]host[:port]"; the port is 1080 where none is given, as curl
/// has it.
/// Limits: proxies spoken to over TLS (https://) and SOCKS proxies are refused, not passed by.
class proxy_rules {
public:
  /// Returns: the value of an environment variable; nullopt where it is unset.
  using lookup = std::function<std::optional<std::string>(const char* name)>;

  proxy_rules() = default; ///< everything goes direct
  explicit proxy_rules(const lookup& environment);
  static proxy_rules from_process(); ///< reads getenv once, now

  /// Returns: the proxy for `target`, or null for a direct connection.
  /// Cost: a few comparisons for each entry of no_proxy; nothing where no proxy is set.
  const proxy* route(const crawl::url& target) const;

private:
  struct exception {
    std::string host;                  // lower case, no leading dot; "*" for all; "" for a network
    std::vector<std::uint8_t> network; // 4 or 16 bytes
    int prefix_bits = 0;
    std::uint16_t port = 0; // 0: any
  };
  static exception parse_exception(std::string entry);
  bool exempt(const crawl::url& target) const;

  std::unique_ptr<const proxy> http_;
  std::unique_ptr<const proxy> https_;
  std::vector<exception> exceptions_;
};

/// Returns: "Basic ..." for "user:password".
std::string basic_authorization(std::string_view credentials);

} // namespace troupe::io
