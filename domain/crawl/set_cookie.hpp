// SPDX-License-Identifier: BSD-3-Clause
//
// One Set-Cookie header, taken apart as browsers do it.
//
//   set-cookie = [ name "=" ] value *( ";" [ attribute [ "=" text ] ] )
//
// Anything parses, but for control characters and what is too long: a server's mistake costs an
// attribute, not the cookie. Source: RFC 6265, 5.1.1 and 5.2; draft-ietf-httpbis-rfc6265bis, 5.6,
// where browsers agree with that one instead (controls, cookies without a name, lengths, 400 days).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/crawl/limits.hpp"

namespace troupe::crawl {

/// Seconds since 1970 that every clock is past: of a cookie that is to be removed.
inline constexpr std::int64_t long_gone = 1;
/// No cookie lives longer than this from when it was set.
inline constexpr std::int64_t cookie_seconds_max = 400 * 86'400;
/// A longer attribute is taken as not there.
inline constexpr std::size_t cookie_attribute_bytes_max = 1'024;

struct set_cookie {
  std::string name, value;
  std::string domain;              ///< lower case, without a leading dot; "": none was said
  std::optional<std::string> path; ///< as said; it may be no path
  std::optional<std::int64_t> expires_unix_s; ///< none: when the session ends
  bool secure = false;
  bool http_only = false;
};

/// Takes: the header's value; the time, which Max-Age counts from. Returns: nothing if it is to be
/// ignored whole: a control character, neither name nor value, longer than a cookie may be.
std::optional<set_cookie> parse_set_cookie(std::string_view header, std::int64_t now_unix_s,
                                           const cookie_limits& bounds);

/// Reads a date in any of the forms that servers send. Returns: seconds since 1970; nothing if no
/// time, day, month or year is found, or there is no such date.
std::optional<std::int64_t> parse_cookie_date(std::string_view text);

} // namespace troupe::crawl
