// SPDX-License-Identifier: BSD-3-Clause
#pragma once


#include "domain/crawl/plan.hpp"
#include "io/crawl/setting.hpp"

namespace troupe::baselines {

using io::crawl_setting;

/// In which order a pool hands its results on.
enum class pool_order : unsigned char { map, submit, completed };

/// The tutorial's ways of crawling, each over the same frontier, client and reader.
/// Returns: when nothing is left to do or `stop` was requested.
/// Source: see each .cpp: the tutorial's program that it re-tells.
crawl::crawl_summary crawl_serial(const crawl::crawl_plan&, const crawl_setting&);
crawl::crawl_summary crawl_threads(const crawl::crawl_plan&, const crawl_setting&);
crawl::crawl_summary crawl_queue(const crawl::crawl_plan&, const crawl_setting&, unsigned fetchers = 3,
                                 unsigned parsers = 2);
crawl::crawl_summary crawl_pool(const crawl::crawl_plan&, const crawl_setting&,
                                pool_order order = pool_order::completed);
crawl::crawl_summary crawl_coroutines(const crawl::crawl_plan&, const crawl_setting&);
crawl::crawl_summary crawl_semaphore(const crawl::crawl_plan&, const crawl_setting&);

} // namespace troupe::baselines
