// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "baselines/crawl/engine.hpp"
#include "domain/crawl/page.hpp"
#include "io/crawl/robots.hpp"
#include "io/http/blocking.hpp"

namespace troupe::baselines {

/// More threads than this are not started, whatever --concurrency says: each costs a stack, and
/// a machine's limit on threads would end the crawl in its middle.
inline constexpr std::uint32_t threads_max = 1'024;

/// Returns: the plan's concurrency as a number of threads: 1 to threads_max.
std::uint32_t thread_count(const crawl::crawl_plan& plan);

/// One thread's way to the network: a blocking client that a stop request cancels, also in the
/// middle of a page.
/// Threads: one at a time; two threads may use it one after the other.
class page_fetcher {
public:
  page_fetcher(const crawl::crawl_plan& plan, const crawl_setting& setting, std::stop_token stop);

  crawl::fetched page(const crawl::page_job& job) {
    return client_.get(job.target,
                       {.body_bytes_max = crawl::body_bytes_max_of(job, plan_.bounds)});
  }
  io::robots_answer robots(const std::string& origin);

private:
  const crawl::crawl_plan& plan_;
  io::blocking_client client_;
  std::stop_callback<std::function<void()>> cancel_; // after the client: it goes first
};

/// Reads a page, as a slice of the timeline if there is one.
crawl::page_result read_page(crawl::page_reader& reader, const crawl::page_job& job,
                             const crawl::fetched& answer);

/// Sleeps until then, or until a stop is requested.
void sleep_until(crawl::instant until, const std::stop_token& stop);

} // namespace troupe::baselines
