// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "domain/crawl/plan.hpp"
#include "io/crawl/setting.hpp"

namespace troupe::crawl {

/// Crawls with actors, in an actor system of its own; returns when the crawl has ended. The same
/// signature as every version in baselines/, so that they can stand in one table.
/// Throws: std::invalid_argument if the plan's expression is bad; what setting.progress throws.
crawl_summary crawl_actors(const crawl_plan& plan, const io::crawl_setting& setting);

} // namespace troupe::crawl
