// SPDX-License-Identifier: BSD-3-Clause
#include "baselines/crawl/worker.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "io/trace/trace.hpp"

namespace troupe::baselines {

std::uint32_t thread_count(const crawl::crawl_plan& plan) {
  return std::clamp<std::uint32_t>(plan.bounds.concurrency, 1, threads_max);
}

page_fetcher::page_fetcher(const crawl::crawl_plan& plan, const crawl_setting& setting,
                           std::stop_token stop)
    : plan_(plan), client_(io::http_options_of(plan, setting)),
      cancel_(std::move(stop), [this] { client_.cancel(); }) {}

io::robots_answer page_fetcher::robots(const std::string& origin) {
  return io::fetch_robots(client_, origin, plan_.user_agent, plan_.bounds);
}

crawl::page_result read_page(crawl::page_reader& reader, const crawl::page_job& job,
                             const crawl::fetched& answer) {
  const trace::slice reads{"parse", [&job] { return job.target.str(); }};
  return reader.read(job, answer);
}

void sleep_until(crawl::instant until, const std::stop_token& stop) {
  const trace::slice sleeps{"waits for its turn"};
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_until(lock, stop, until, [] { return false; });
}

} // namespace troupe::baselines
