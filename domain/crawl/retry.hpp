// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "domain/crawl/fault.hpp"
#include "domain/crawl/limits.hpp"

namespace troupe::crawl {

/// Whether a page deserves another attempt, and after how long.
/// Takes: `attempt`, how many were made before the one that just failed; `draw`, a random number for the jitter.
/// Returns: none if it does not (a 404, a bad certificate, retries used up).
std::optional<std::chrono::milliseconds>
retry_delay(fault error, int status, std::uint32_t attempt,
            std::optional<std::chrono::milliseconds> retry_after, const limits& bounds,
            std::uint64_t draw);

/// Parses a Retry-After header (RFC 9110, 10.2.3): seconds, or an HTTP date against `now_unix_s`.
/// Returns: none if it is neither; never negative.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view header,
                                                           std::int64_t now_unix_s);

} // namespace troupe::crawl
