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
  scope_kind scope = scope_kind::host;
  limits bounds;
  extract_spec extract;
  std::string user_agent = "troupe"; ///< whole header; its product token is what robots.txt sees
};

/// How a crawl ended.
struct crawl_summary {
  crawl_counts counts;
  std::map<int, std::uint64_t> by_status; ///< 0: no answer
  double seconds = 0;
  bool interrupted = false;
  std::string output_error; ///< why the output could not be written, or ""
  std::string first_error;  ///< the first seed's fault in words, or ""
};

/// Adds one final row to a summary's `by_status` and remembers the first seed that failed.
void add_row(crawl_summary& sum, const page_row& row);

} // namespace troupe::crawl
