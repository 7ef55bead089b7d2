// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <stop_token>

#include "domain/gateway/crawl_request.hpp"
#include "io/gateway/crawl_service.hpp"
#include "io/gateway/front.hpp"

namespace troupe::gateway {

struct crawl_route_limits {
  crawl_request_limits request;
  std::size_t readers_max = 256;       ///< results being streamed, of all crawls
  std::size_t piece_bytes = 64u << 10; ///< rows handed to a stream at a time, at most half of
                                       ///< its stream_bytes_max
  std::stop_token stop; ///< then nobody follows any more: what is there is sent, and cut off
};

/// Adds, all guarded:
///
///     POST   /crawls               {"url": ...} -> 201, Location, the crawl
///     GET    /crawls               {"crawls": [...]}, the oldest first; three URLs of each
///     GET    /crawls/{id}          the crawl: state, counts, error
///     GET    /crawls/{id}/results  application/jsonl, as long as rows come: items where something
///                                  is extracted, else pages
///     GET    /crawls/{id}/pages    the same, pages in any case
///     DELETE /crawls/{id}          204: cancels; a second one, or one of an ended crawl, forgets
///     it
///
/// A POST's body is crawl_request.hpp's. The rows are those that troupe-crawl writes.
///
/// A stream that ends without its last chunk was cut off; one that ends in order had all rows of a
/// crawl that has ended (its state says how). A reader that is slow is given what it takes, and
/// nobody waits for it. One that has gone is noticed at the next row, or at the end, and keeps its
/// seat until then. What was canceled keeps its rows until it is forgotten: by a second DELETE,
/// or because job_limits::finished_max newer ones have ended. Who reads just then reads to the end.
///
/// Faults: 400 invalid_crawl / 404 no_such_crawl / 503 overloaded: crawls or readers.
/// Takes: a service that outlives the front.
void add_crawl_routes(front& to, crawl_service& service, const crawl_route_limits& bounds = {});

} // namespace troupe::gateway
