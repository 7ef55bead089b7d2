// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "apps/crawl_options.hpp"

namespace troupe::apps {

/// Sees to it that a crawl never wants more open files than it may have: raises the soft limit, and
/// where that does not do lets fewer idle connections stay open, asks fewer servers at a time, and
/// has fewer requests in flight. Without it, what cannot be opened would be told as the servers'
/// fault. With --at others crawl.
/// Returns: "" or, in one line, how many requests are in flight in place of those that were asked
/// for.
std::string fit_descriptors(crawl_options& o);

} // namespace troupe::apps
