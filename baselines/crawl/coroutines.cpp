// SPDX-License-Identifier: BSD-3-Clause
//
// Coroutines on one thread: the tutorial's asyncio and aiohttp program, in C++20 coroutines.
//
// The tutorial makes a task a URL and waits for all fifty at once. Here `concurrency` tasks take
// pages from the frontier until there are none; with fifty URLs and a concurrency of fifty the two
// are the same. A task that waits costs a coroutine frame of a few hundred bytes, where a thread
// costs a stack: a thousand requests in flight are no burden.
//
// Bounded by: one processor core, which fetches and parses in turn (task_crawl.hpp).

#include <algorithm>
#include <optional>

#include <boost/asio/awaitable.hpp>

#include "baselines/crawl/engine.hpp"
#include "baselines/crawl/task_crawl.hpp"

namespace troupe::baselines {

namespace {

/// More tasks than this have never work at once: it is above what one thread can drive.
constexpr std::uint32_t tasks_max = 65'536;

/// One task: page after page. The crawl is over when all tasks are.
boost::asio::awaitable<void> crawl_pages(task_crawl& crawl) {
  for (;;) {
    auto work = co_await crawl.next();
    if (!work)
      co_return;
    co_await crawl.perform(std::move(*work));
  }
}

} // namespace

crawl::crawl_summary crawl_coroutines(const crawl::crawl_plan& plan, const crawl_setting& setting) {
  const auto tasks = std::clamp<std::uint32_t>(plan.bounds.concurrency, 1, tasks_max);
  task_crawl crawl(plan, setting, tasks);
  for (std::uint32_t i = 0; i < tasks; ++i)
    crawl.start(crawl_pages(crawl));
  return crawl.run();
}

} // namespace troupe::baselines
