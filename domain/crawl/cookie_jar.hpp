// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/crawl/limits.hpp"
#include "domain/crawl/set_cookie.hpp"
#include "domain/crawl/url.hpp"

namespace troupe::crawl {

struct cookie {
  std::string name, value;
  std::string domain;                  ///< a host, lower case
  std::string path;                    ///< begins with '/'
  std::int64_t expires_unix_s = 0;     ///< 0: when the session ends
  bool secure = false;                 ///< for https alone
  bool http_only = false;              ///< kept for the file's sake: nobody runs scripts here
  bool host_only = false;              ///< for `domain` itself, and nothing below it
  std::uint64_t created = 0, used = 0; ///< the jar's own count, not a time
};

/// What sites have asked to be told again: RFC 6265 with rfc6265bis where browsers have left it
/// (__Host- and __Secure-, no Secure from http, no http cookie over a Secure one, 400 days).
///
///     take():       Set-Cookie -> is it theirs to set? -> replaces domain+path+name -> evicts
///     line_for():   domain, path, Secure -> longest path first, then oldest -> "a=1; b=2"
///
/// A domain is theirs to set if their host is it or below it, and it is no public suffix (libpsl's
/// own list, as scope.cpp asks it). Every request counts as one that the user made himself, so
/// SameSite changes nothing; Partitioned is not known.
/// Cost: a request looks at the cookies of its host and of each domain above it: 1.5 us for ten. A
/// new one costs 2.5 us, with evictions a little more: they go a sixteenth of the jar at a time.
class cookie_jar {
public:
  explicit cookie_jar(const cookie_limits& bounds = {}) : bounds_(bounds) {}

  /// Takes: one Set-Cookie header that `from` answered with. Returns: whether the jar has changed.
  bool take(const url& from, std::string_view header, std::int64_t now_unix_s);

  /// Takes a cookie as it is, of a file. Returns: false if it has expired, is longer than a cookie
  /// may be, or is of a public suffix and all below it.
  bool put(cookie c, std::int64_t now_unix_s);

  /// Returns: the value of a request's Cookie header; "" if there is nothing to say.
  std::string line_for(const url& target, std::int64_t now_unix_s);

  /// Returns: those that have not expired; by domain, from its end, then in the order of their
  /// creation.
  std::vector<cookie> all(std::int64_t now_unix_s) const;

  std::size_t size() const { return count_; }
  std::uint64_t bytes() const { return bytes_; }

private:
  using shelf = std::vector<cookie>;
  using shelves = std::map<std::string, shelf, std::less<>>;
  bool store(cookie c, std::int64_t now);
  bool overlays_secure(const cookie& c) const;
  void drop(shelf& from, std::size_t place);
  void drop_expired(shelf& from, std::int64_t now);
  void drop_beyond_limits(const std::string& key, std::int64_t now);
  void make_room(std::int64_t now);

  cookie_limits bounds_;
  shelves shelves_; // by domain, from its end
  std::size_t count_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t clock_ = 0;
};

/// Returns: whether a cookie of this path goes to that one. Source: RFC 6265, 5.1.4.
bool cookie_path_matches(std::string_view request_path, std::string_view cookie_path);
/// Returns: whether `host` is `domain` or below it. Source: RFC 6265, 5.1.3.
bool cookie_domain_matches(std::string_view host, std::string_view domain);
/// Returns: the path of a cookie that says none. Source: RFC 6265, 5.1.4.
std::string cookie_default_path(std::string_view request_path);

} // namespace troupe::crawl
