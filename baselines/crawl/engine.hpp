// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "domain/crawl/plan.hpp"
#include "io/crawl/output.hpp"
#include "io/http/client.hpp"

namespace troupe::baselines {

/// What a crawl needs besides its plan; every version takes it.
struct crawl_setting {
  io::http_options http;
  io::crawl_output* output = nullptr;
  std::stop_token stop;                                         ///< Ctrl-C
  std::function<void(const crawl::crawl_counts&)> progress;     ///< may be empty; called from one thread at a time
};

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
