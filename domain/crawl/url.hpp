// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace troupe::crawl {

class charset;

/// Why a string is no http(s) URL.
enum class url_fault : std::uint8_t {
  empty = 1,    ///< nothing there, and no base to resolve against
  no_scheme,    ///< relative reference without a base
  other_scheme, ///< mailto:, javascript:, data:, ftp: ...: not a page
  bad_host,     ///< empty host, forbidden code point, IDN that does not map
  bad_ipv4,     ///< a host that ends in a number but is no IPv4 address
  bad_ipv6,
  bad_port, ///< not a number, or above 65535
  too_long, ///< above url_text_bytes_max or url_normalized_bytes_max
};

/// Longest text that is parsed at all. What a crawl follows is bounded far below, by limits.
inline constexpr std::size_t url_text_bytes_max = 1u << 20;
/// Longest str(). Escapes lengthen a text up to sevenfold, and a base's path comes on top.
inline constexpr std::size_t url_normalized_bytes_max = 32u << 20;

std::string_view to_string(url_fault f);

/// An absolute http or https URL, parsed and normalized as browsers do it; no fragment.
/// Two URLs name the same page exactly if their str() is equal.
///
/// Credentials (user:password@) are kept apart and never part of str(), so that nothing which
/// prints or compares a url can show them.
/// Limits: a Bidi or otherwise doubtful IDN is judged by the ICU at hand, and so by its version of
/// Unicode; very long IDNs are refused (host.hpp).
/// Source: WHATWG URL Standard, parsing of special schemes; RFC 3986 for the words.
class url {
public:
  url() = default;

  /// Returns: the whole URL, ASCII: "http://host[:port]/path[?query]".
  const std::string& str() const { return text_; }
  std::string_view scheme() const;    ///< "http" or "https"
  std::string_view host() const;      ///< lower case; IPv6 in brackets
  std::uint16_t port() const;         ///< effective port: 80 and 443 filled in
  std::string_view authority() const; ///< "host[:port]", default port left out
  std::string_view origin() const;    ///< "http://host[:port]"
  std::string_view path() const;      ///< starts with '/'
  std::string_view query() const;     ///< without '?'; "" also where there is none
  std::string_view target() const;    ///< path and query: what stands in a request line
  bool https() const { return scheme_end_ == 5; }
  bool empty() const { return text_.empty(); }
  /// Returns: "user:password", percent-decoded, as Basic authentication wants it; mostly "". The
  /// ':' is there also if one of them is empty.
  const std::string& credentials() const { return credentials_; }

  /// Takes: text that str() of another url gave (a message from another process, a database
  /// row). Cheap: only the borders are looked for. `credentials`, as credentials() gave them.
  /// Returns: an empty url if it is none.
  static url from_normalized(std::string text, std::string credentials = {});

  friend bool operator==(const url& a, const url& b) { return a.text_ == b.text_; }

private:
  friend class url_parser;
  std::string text_;
  std::string credentials_;
  std::uint32_t scheme_end_ = 0; // at ':'
  std::uint32_t host_end_ = 0;
  std::uint32_t path_begin_ = 0;  // also the end of the origin
  std::uint32_t query_begin_ = 0; // at '?', or size()
  std::uint16_t port_ = 0;
};

using url_result = tl::expected<url, url_fault>;

/// Parses an absolute URL, as found in a page or a list.
/// Takes: any bytes; what is not UTF-8 counts as U+FFFD.
/// Faults: all of url_fault.
url_result parse_url(std::string_view text);

/// Resolves `reference` against `base`.
/// Takes: `query_charset`, the document's charset, in which the query is percent-encoded (nullptr:
/// UTF-8). An empty base is no base. A reference without a host inherits the base's credentials.
/// Faults: all of url_fault.
/// Cost: 50 to 150 ns and one allocation for a clean ASCII link, wherever it leads; hosts that are
/// not lower-case ASCII some microseconds more.
url_result resolve(const url& base, std::string_view reference,
                   const charset* query_charset = nullptr);

/// For seeds typed by a person: "example.org/x" gets "http://" in front where it has no scheme, and
/// so does "localhost:8080/x", whose "localhost:" only looks like one.
/// Faults: all of url_fault; no_scheme for what is a path ("/x", "./x").
url_result parse_typed_url(std::string_view text);

} // namespace troupe::crawl
