// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <string>
#include <vector>

#include "domain/crawl/frontier.hpp"
#include "domain/crawl/limits.hpp"
#include "domain/crawl/page.hpp"
#include "domain/crawl/scope.hpp"

namespace troupe::crawl {

/// What to crawl and how far: the same for every engine.
struct crawl_plan {
  std::vector<url> seeds;
  std::vector<url> sitemaps; ///< named; then no others are looked for
  scope_kind scope = scope_kind::host;
  limits bounds;
  extract_spec extract;
  std::string user_agent = "troupe"; ///< whole header; its product token is what robots.txt sees
};

/// How a crawl ended.
struct crawl_summary {
  crawl_counts counts;
  std::map<int, std::uint64_t> by_status; ///< 0: no answer
  std::uint64_t unchanged = 0; ///< 304: pages of a crawl done anew that are as they were
  double seconds = 0;
  bool interrupted = false;
  std::string output_error; ///< why the output, or URLs, could not be written, or ""
  std::string first_error;  ///< the first seed's fault in words, or ""
  /// "unreachable", "refused": by a cluster that was to do it, and `output_error` says how (nothing
  /// if it was told to stop, and did not answer). Of `counts` only the pages are known then: those
  /// that are written. "": none of this.
  std::string reason;
};

/// What a plan's fields may be, wherever it comes from; the command line's options say the same.
struct plan_bounds {
  static constexpr std::uint32_t concurrency_max = 4'096;
  static constexpr std::uint32_t per_host_max = 4'096;
  static constexpr std::uint32_t per_ip_max = 4'096;
  static constexpr std::uint32_t delay_ms_max = 86'400'000;
  static constexpr double autothrottle_target_min = 0.01, autothrottle_target_max = 4'096;
  static constexpr std::uint32_t retries_max = 100;
  static constexpr std::uint32_t named_sitemaps_max = 1'000;
};

/// Returns: "" if `user_agent` can be sent as a header, else what it must be.
std::string check_user_agent(const std::string& user_agent);

/// Returns: "" or what is wrong with a plan that somebody else made, his seeds apart.
/// Cost: about a millisecond for an expression.
std::string check_plan(const crawl_plan& plan);

/// Returns: "" or what is wrong with one that somebody else made. Cost: as parse_url().
std::string check_seed(const url& seed, const limits& bounds);

/// Adds one final row to a summary's `by_status` and remembers the first seed that failed.
void add_row(crawl_summary& sum, const page_row& row);

} // namespace troupe::crawl
