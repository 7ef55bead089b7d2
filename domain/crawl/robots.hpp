// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::crawl {

/// What one robots.txt says to one crawler.
class robots_rules {
public:
  struct verdict {
    bool allowed = true;
    std::string rule; ///< the line that decided ("Disallow: /private/"), or "" if none did
  };

  /// Takes: the file's bytes (only the first `bytes_max` count) and the crawler's product token.
  static robots_rules parse(std::string_view text, std::string_view agent,
                            std::size_t bytes_max = 500u << 10);
  static robots_rules allow_all();
  static robots_rules disallow_all(); ///< 5xx and unreachable: RFC 9309, 2.3.1.4

  /// Takes: path and query as url::target() gives them. Returns: also the deciding rule.
  verdict check(std::string_view target) const;
  bool allows(std::string_view target) const; ///< check() without the words
  std::optional<std::chrono::milliseconds> crawl_delay() const { return crawl_delay_; }
  const std::vector<std::string>& sitemaps() const { return sitemaps_; }

private:
  struct line {
    bool allow = false;
    std::string pattern; // percent-encoding made comparable
    std::string text;    // as written, for the report
  };
  std::vector<line> lines_;
  std::vector<std::string> sitemaps_;
  std::optional<std::chrono::milliseconds> crawl_delay_;
};

/// Turns the outcome of fetching /robots.txt into rules (RFC 9309, 2.3.1): 2xx parse, 3xx beyond the
/// redirect limit and 4xx allow, 429, 5xx and network faults disallow.
/// Takes: status 0 for a network fault.
robots_rules rules_from_answer(int status, std::string_view body, std::string_view agent,
                               std::size_t bytes_max);

/// Returns: the product token of a User-Agent string ("troupe" of "troupe/0.1 (+https://...)").
std::string_view product_token(std::string_view user_agent);

} // namespace troupe::crawl
