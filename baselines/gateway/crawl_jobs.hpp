// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>

#include "baselines/crawl/engine.hpp"
#include "baselines/gateway/start_threads.hpp"
#include "io/gateway/crawl_service.hpp"

namespace troupe::baselines {

/// A crawl service without actors: the table of crawls behind a mutex, and bounds.running_max
/// threads that each run one crawl at a time from its beginning to its end.
/// Takes: the engine, crawl_coroutines (one thread for all of a crawl's requests) or crawl_serial
/// (one request at a time); what makes the threads. Returns: never null.
/// Throws: std::runtime_error, one line, if the folder cannot be used, or not all threads can be
/// had.
using crawl_engine =
    std::function<crawl::crawl_summary(const crawl::crawl_plan&, const crawl_setting&)>;
std::unique_ptr<gateway::crawl_service>
make_crawl_jobs(const gateway::crawl_service_options& options, crawl_engine engine,
                const thread_maker& make = {});

} // namespace troupe::baselines
