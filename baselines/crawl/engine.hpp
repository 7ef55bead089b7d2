// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "domain/crawl/plan.hpp"
#include "io/crawl/setting.hpp"

namespace troupe::baselines {

using io::crawl_setting;

/// In which order a pool hands its results on: see pool.cpp.
enum class pool_order : unsigned char { map, submit, completed };

/// The tutorial's ways of crawling, each over the same frontier, client and reader: what differs is
/// how fetching and parsing wait for each other, and nothing else.
///
/// Takes: a plan, whose limits hold for all of them (`concurrency` bounds threads or tasks).
/// Returns: when nothing is left to do, when `stop` was requested, or when the output failed. After
///   a stop, requests in flight are canceled; their pages are neither written nor counted, and
///   `counts.in_flight` says how many there were. No thread outlives the call.
/// Throws: std::invalid_argument if the plan's expression is bad (check_extract tells before);
///   what `progress` throws; std::system_error if the machine has no thread left to give.
/// Source: see each .cpp: the tutorial's program that it re-tells.
crawl::crawl_summary crawl_serial(const crawl::crawl_plan& plan, const crawl_setting& setting);
crawl::crawl_summary crawl_threads(const crawl::crawl_plan& plan, const crawl_setting& setting);
/// Takes: `fetchers`, at most the plan's concurrency; both at least 1.
crawl::crawl_summary crawl_queue(const crawl::crawl_plan& plan, const crawl_setting& setting,
                                 unsigned fetchers = 3, unsigned parsers = 2);
crawl::crawl_summary crawl_pool(const crawl::crawl_plan& plan, const crawl_setting& setting,
                                pool_order order = pool_order::completed);
crawl::crawl_summary crawl_coroutines(const crawl::crawl_plan& plan, const crawl_setting& setting);
crawl::crawl_summary crawl_semaphore(const crawl::crawl_plan& plan, const crawl_setting& setting);

} // namespace troupe::baselines
