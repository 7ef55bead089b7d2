// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "actors/cluster/process.hpp"
#include "domain/crawl/plan.hpp"
#include "io/crawl/setting.hpp"

namespace troupe::apps {

/// Where a crawl is done, if not here.
struct crawl_far_options {
  std::vector<std::string> coordinators; ///< empty: here
  cluster::process_options process;
};

/// Has a cluster's nodes crawl, and writes what comes here. Waits a minute for a coordinator, and
/// for nodes as long as there are none; once the crawl has begun, it ends with its coordinator,
/// unless that keeps what is finished and is followed within a minute; it says how many pages are
/// written. Throws: as cluster::process.
crawl::crawl_summary crawl_far(const crawl_far_options& options, const crawl::crawl_plan& plan,
                               const io::crawl_setting& setting);

} // namespace troupe::apps
