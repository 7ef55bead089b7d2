// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/plan.hpp"

namespace troupe::crawl {

void add_row(crawl_summary& sum, const page_row& row) {
  ++sum.by_status[row.status];
  // A seed and what it redirects to are at depth 0, and nothing else is.
  if (row.error != fault::none && row.depth == 0 && sum.first_error.empty())
    sum.first_error = row.url + ": " + std::string(to_string(row.error));
}

} // namespace troupe::crawl
