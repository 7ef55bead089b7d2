// SPDX-License-Identifier: BSD-3-Clause
//
// The delay of a host that follows how long it takes to answer.
//
//     wanted = latency / target           the pause with which `target` requests are in flight on
//                                         average: with 1.0 the next starts when the last one ends
//     delay  = (old delay + wanted) / 2   half the way there with each answer
//
// An answer that failed (a fault, or a status from 400 on) may come fast from a server that is
// overloaded: it makes a delay longer, but not shorter. The delay is at most
// autothrottle_delay_ms_max; delay_ms and robots.txt's Crawl-delay stay below it as they are, and
// whoever is larger counts.
//
// A server whose latency rises with its load is so brought to a standstill between the two: more
// latency, longer delay, less load.
//
// Source: the idea is AutoThrottle's, of the crawler Scrapy (its documentation, "AutoThrottle
// extension"). There the delay begins at 5 s and is at once what is wanted if that is longer.
#pragma once

#include <chrono>
#include <cstdint>

#include "domain/crawl/limits.hpp"

namespace troupe::crawl {

/// Returns: the delay after one more answer, in milliseconds. Takes: the delay before it, and how
/// long the answer took from the request to its last byte.
std::uint32_t throttled_delay_ms(std::uint32_t before, std::chrono::milliseconds took, bool failed,
                                 const limits& bounds);

} // namespace troupe::crawl
