// SPDX-License-Identifier: BSD-3-Clause
//
// What a user has requests carry besides: headers of his own, and a name and password. Both may
// be secrets, and a crawl goes where pages send it: so each goes to the sites that he named, and
// nowhere else.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/crawl/limits.hpp"
#include "domain/crawl/url.hpp"

namespace troupe::crawl {

/// One line of a request's header.
struct header_field {
  std::string name, value;
  friend bool operator==(const header_field&, const header_field&) = default;
};

/// What requests carry besides what the client writes by itself.
///
/// The seeds' origins are home: scheme, host and port of each seed; and where a seed is
/// "http://h", "https://h" as well, which is where such a site mostly redirects to and tells nobody
/// more. A redirect, a link or --scope may lead elsewhere; nothing of this goes there, except
/// `headers` if they are to go `everywhere`. robots.txt at home gets them too: it is a page of that
/// site, and one that wants a password there would otherwise be taken for one that is not there.
struct request_extras {
  std::vector<header_field> headers; ///< checked, in the order given
  bool everywhere = false;           ///< `headers` (never `credentials`) go to other origins too
  /// "user:password" or "". A URL's own go before them, and an Authorization among `headers` before
  /// both.
  std::string credentials;
  std::vector<std::string> home; ///< origins, sorted; see add_home()

  bool empty() const { return headers.empty() && credentials.empty(); }
  bool at_home(const url& target) const;
  void add_home(const std::vector<url>& seeds);
  /// Returns: the value of one of `headers`, or nullptr. Takes: a name in lower case.
  const std::string* find(std::string_view name) const;
};

/// Reads "Name: value", as a user types it; white space around the value is none of it. Returns: ""
/// or what is wrong with it, in words that show the name but never the value.
/// Faults: no colon; a name that is no token (RFC 9110, 5.1), or that the client itself has to
/// write (Host, Connection, ...); a value with control characters (RFC 9110, 5.5).
std::string read_header(std::string_view text, header_field& into);

/// Returns: "" or what is wrong with them together: too many, too long, one that comes twice.
std::string check_headers(const std::vector<header_field>& headers, const request_limits& bounds);

/// Takes: "user:password" (RFC 7617). Returns: "" or what is wrong, without showing any of it.
std::string check_credentials(std::string_view text, const request_limits& bounds);

} // namespace troupe::crawl
