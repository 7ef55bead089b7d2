// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "domain/crawl/job_book.hpp"
#include "io/gateway/services.hpp"

namespace troupe::gateway {

/// Returns: the counters that every crawl service shows, whoever does the work.
inline std::vector<counter_reading> crawl_counters(const crawl::job_book& book) {
  const auto sum = book.totals();
  return {{"crawls_ended", book.finished(), true},   {"crawls_running", book.running(), false},
          {"crawls_waiting", book.waiting(), false}, {"crawl_pages", sum.pages, true},
          {"crawl_items", sum.items, true},          {"crawl_faults", sum.errors, true},
          {"crawl_bytes", sum.bytes, true}};
}

} // namespace troupe::gateway
