// SPDX-License-Identifier: BSD-3-Clause
//
// Which failures pass by themselves, and how long to stay away.
//
//   tried again     connect_refused connect_timeout header_timeout body_timeout connection_lost;
//                   dns_failed, but once only: resolvers retry by themselves;
//                   408 429 500 502 503 504 522 524 (what crawlers in the field try again)
//   never           every other fault (a bad certificate, a body too large, a refused address stay
//   as they are) and
//                   status; an answer that has both is judged by its fault
//
// The n-th back-off is retry_base_ms * 2^n, capped at retry_ms_max, of which half is fixed and half
// drawn, so that pages which failed together do not come back together. Retry-After lengthens it,
// never shortens it, up to retry_ms_max: a server that asks for more is asked again too early, but
// at most retries_max times.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "domain/crawl/fault.hpp"
#include "domain/crawl/limits.hpp"

namespace troupe::crawl {

/// Whether a page deserves another attempt, and after how long.
/// Takes: `attempt`, how many were made before the one that just failed; `draw`, a random number
/// for the jitter. Returns: none if it does not (a 404, a bad certificate, retries used up).
std::optional<std::chrono::milliseconds>
retry_delay(fault error, int status, std::uint32_t attempt,
            std::optional<std::chrono::milliseconds> retry_after, const limits& bounds,
            std::uint64_t draw);

/// Parses a Retry-After header (RFC 9110, 10.2.3): seconds, or an HTTP date against `now_unix_s`.
/// Takes: all three date forms of RFC 9110, 5.6.7; the day's name is not compared with the date.
/// Returns: none if it is neither; never negative; at most ten years.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view header,
                                                           std::int64_t now_unix_s);

} // namespace troupe::crawl
