// SPDX-License-Identifier: BSD-3-Clause
//
// What a crawl is asked for by, as a JSON object:
//
//   url, urls    one absolute http or https URL; a list of them; exactly one of the two
//   scope        "host" (if nothing is said), "prefix", "domain", "any"
//   max_pages, max_depth, max_bytes, concurrency, per_host, delay_ms     whole numbers
//   select, xpath    what to take out: a CSS selector or an XPath expression, not both
//
// They mean what troupe-crawl's options of these names mean. Nothing else may stand in it: a member
// that is misspelt would be a crawl that nobody meant. Of one that comes twice the last counts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "domain/crawl/plan.hpp"

namespace troupe::gateway {

/// What may be asked at most, and what is done where nothing is said.
struct crawl_request_limits {
  std::size_t urls_max = 100;
  std::size_t url_bytes_max = 2'048;
  std::size_t expression_bytes_max = 1'024;
  std::uint64_t pages_max = 10'000;
  std::uint64_t pages_default = 1'000;
  std::uint64_t bytes_max = 1u << 30; ///< of all bodies; also the default
  std::uint32_t depth_max = 100;      ///< also the default
  std::uint32_t concurrency_max = 64; ///< also of per_host
  std::uint32_t delay_ms_max = 60'000;
  std::string user_agent = "troupe"; ///< not theirs to choose; nor is robots.txt theirs to ignore
};

struct crawl_request {
  crawl::crawl_plan plan;
  std::string error; ///< "", or what is wrong and where, as a sentence
};

crawl_request read_crawl_request(std::string_view json, const crawl_request_limits& bounds = {});

} // namespace troupe::gateway
