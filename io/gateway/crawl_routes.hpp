// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "domain/crawl/plan.hpp"
#include "io/gateway/crawl_service.hpp"
#include "io/gateway/front.hpp"

namespace troupe::gateway {

/// What a request may ask of a crawl at most, and what it gets where it asks for nothing.
struct crawl_request_limits {
  std::size_t urls_max = 100;
  std::size_t url_bytes_max = 2'048;
  std::size_t expression_bytes_max = 1'024;
  std::uint64_t pages_max = 10'000;
  std::uint64_t pages_default = 1'000;
  std::uint64_t bytes_max = 1u << 30; ///< of all bodies; also the default
  std::uint32_t depth_max = 100;      ///< also the default
  std::uint32_t concurrency_max = 64; ///< also of `per_host`
  std::uint32_t delay_ms_max = 60'000;
  std::size_t readers_max = 256;       ///< results being streamed, of all crawls
  std::size_t piece_bytes = 64u << 10; ///< rows handed to a stream at a time
  std::string user_agent = "troupe";
};

/// Adds, all guarded:
///
///     POST   /crawls               {"url": ...} -> 201, Location, the crawl
///     GET    /crawls               {"crawls": [...]}, the oldest first
///     GET    /crawls/{id}          the crawl: state, counts, error
///     GET    /crawls/{id}/results  application/jsonl, as long as rows come: items where something
///                                  is extracted, else pages
///     GET    /crawls/{id}/pages    the same, pages in any case
///     DELETE /crawls/{id}          204: cancels; a second one, or one of an ended crawl, forgets
///     it
///
/// Body of a POST, all but one of the first two optional: url, urls, scope ("host", "prefix",
/// "domain", "any"), max_pages, max_depth, max_bytes, concurrency, per_host, delay_ms, select or
/// xpath. What else stands there is refused, as is what is beyond a limit. robots.txt is always
/// obeyed. The rows are those that troupe-crawl writes.
///
/// A stream that ends without its last chunk was cut off; one that ends in order had all rows of a
/// crawl that has ended (its state says how). A reader that is slow is given what it takes, and
/// waits for no other.
///
/// Faults: 400 invalid_crawl / 404 no_such_crawl / 503 overloaded: crawls or readers.
/// Takes: a service that outlives the front.
void add_crawl_routes(front& to, crawl_service& service, const crawl_request_limits& bounds = {});

} // namespace troupe::gateway
