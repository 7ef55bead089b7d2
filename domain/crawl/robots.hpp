// SPDX-License-Identifier: BSD-3-Clause
//
// robots.txt (RFC 9309).
//
//     file  = *( group / other )           lines end in LF, CRLF or CR; "#" begins a comment
//     group = 1*agent *( agent / rule )    ends where an agent line follows a rule; a blank line
//     agent = "user-agent" ":" token         or an unknown line ends nothing
//     rule  = ( "allow" / "disallow" ) ":" [ pattern ]
//     other = "sitemap" ":" url / "crawl-delay" ":" seconds
//
// Beyond the RFC: a Crawl-delay is for the agents named right above it or above the rules that it
// stands with; being no rule, it does not end the list of those that a later rule is for. A missing
// colon and common misspellings of "disallow" are forgiven, as the big search engines do; a product
// token may contain digits.
//
// Known limits: "Request-rate", "Visit-time", "Host", "Clean-param" and Content-Signal lines are
// ignored.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/crawl/fault.hpp"

namespace troupe::crawl {

/// What one robots.txt says to one crawler. Immutable once made; may be read by many threads.
class robots_rules {
public:
  struct verdict {
    bool allowed = true;
    std::string rule; ///< the line that decided ("Disallow: /private/"), or "" if none did
  };

  /// Reads a file: all groups that name `agent` count as one; "*" counts only if none does.
  /// Takes: the file's bytes and the crawler's product token. Only the first `bytes_max` count; a
  /// line that is cut there is dropped, because half a pattern would forbid more than was meant.
  /// Cost: linear in the bytes; keeps only the rules that concern `agent`.
  static robots_rules parse(std::string_view text, std::string_view agent,
                            std::size_t bytes_max = 500u << 10);
  static robots_rules allow_all();
  /// 5xx and unreachable (RFC 9309, 2.3.1.4). Takes: `why`, for the report.
  static robots_rules disallow_all(std::string why = "robots.txt could not be had");
  /// Returns: why all is forbidden where no file said so, else "".
  const std::string& why() const { return why_; }

  /// The longest matching pattern decides; between equally long ones Allow does. /robots.txt itself
  /// is always allowed.
  /// Takes: path and query as url::target() gives them.
  /// Cost: linear in the number of rules; most are refused at their first octets.
  verdict check(std::string_view target) const;
  bool allows(std::string_view target) const; ///< check() without the words

  /// Returns: whether allows() is true for whatever target.
  bool forbid_nothing() const { return lines_.empty(); }

  /// Returns: the longest Crawl-delay that concerns the agent, at most a day.
  std::optional<std::chrono::milliseconds> crawl_delay() const { return crawl_delay_; }
  /// Returns: the Sitemap lines of the whole file, in order, as written.
  const std::vector<std::string>& sitemaps() const { return sitemaps_; }

private:
  friend class robots_parser;
  struct line {
    bool allow = false;
    std::string pattern; // as comparable_pattern() gives it
    std::string written; // for the report
  };
  const line* deciding_line(std::string_view target) const;

  std::vector<line> lines_; // longest pattern first, Allow before Disallow: the first match decides
  std::vector<std::string> sitemaps_;
  std::optional<std::chrono::milliseconds> crawl_delay_;
  std::string why_;
};

/// What fetching a robots.txt came to, redirects followed. Values only: it may travel.
struct robots_outcome {
  int status = 0; ///< of the last answer; 0 if there was none
  fault error = fault::none;
  std::string detail;  ///< a person's words for `error`
  std::string text;    ///< the body, cut at robots_bytes_max
  bool moved = false;  ///< that answer was not the origin's own: there was a redirect
  std::string address; ///< where the origin's own answer came from, if fetched::address tells
};

/// Turns the outcome of fetching /robots.txt into rules (RFC 9309, 2.3.1): 2xx parse, 3xx beyond
/// the redirect limit and 4xx allow; 429, 5xx, network faults and anything else disallow. Takes:
/// status 0 for a network fault.
robots_rules rules_from_answer(int status, std::string_view body, std::string_view agent,
                               std::size_t bytes_max);

/// Returns: the product token of a User-Agent string ("troupe" of "troupe/0.1 (+https://...)"), a
/// part of `user_agent`.
std::string_view product_token(std::string_view user_agent);

} // namespace troupe::crawl
