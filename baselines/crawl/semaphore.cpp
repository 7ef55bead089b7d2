// SPDX-License-Identifier: BSD-3-Clause
//
// A coroutine a page, and a semaphore that lets only N of them run: the tutorial's asyncio program
// with `semaphore = asyncio.Semaphore(10)`.
//
// The tutorial starts a task for every URL, and each begins with `async with semaphore`. Here the
// permit is taken before the task is started, for two reasons. The frontier notes the time when it
// hands out a page, and a task that waited for its permit afterwards would come too early for the
// delay between two requests to a host. And a crawl that knows a million URLs would hold a
// million coroutine frames, all but N of them asleep. What the semaphore does is the same: never
// more than N at work, and the next begins when one ends.
//
// The frontier itself is told no number: the semaphore alone bounds this version, as the
// tutorial's does. (Requests to one host stay bounded by per_host: that is politeness, not load.)
//
// Bounded by: N, and one processor core, as coroutines.cpp.

#include <algorithm>
#include <limits>
#include <optional>

#include <boost/asio/awaitable.hpp>

#include "baselines/crawl/engine.hpp"
#include "baselines/crawl/task_crawl.hpp"
#include "baselines/crawl/waiting_room.hpp"

namespace troupe::baselines {

namespace {

/// Gives a permit back however its task ends.
class permit {
public:
  explicit permit(async_semaphore& from) : from_(&from) {}
  permit(permit&& other) noexcept : from_(std::exchange(other.from_, nullptr)) {}
  permit& operator=(permit&&) = delete;
  ~permit() {
    if (from_ != nullptr)
      from_->release();
  }

private:
  async_semaphore* from_;
};

/// One page's task.
boost::asio::awaitable<void> crawl_page(task_crawl& crawl, task_crawl::step work, permit) {
  co_await crawl.perform(std::move(work));
}

/// Starts the tasks: a permit, then a page, then a coroutine for it.
boost::asio::awaitable<void> start_pages(task_crawl& crawl, async_semaphore& slots) {
  for (;;) {
    co_await slots.acquire();
    permit mine(slots);
    auto work = co_await crawl.next();
    if (!work)
      co_return; // the tasks that run still finish: the crawl lasts until the last one
    crawl.start(crawl_page(crawl, std::move(*work), std::move(mine)));
  }
}

} // namespace

crawl::crawl_summary crawl_semaphore(const crawl::crawl_plan& plan, const crawl_setting& setting) {
  async_semaphore slots(std::max<std::uint32_t>(1, plan.bounds.concurrency));
  task_crawl crawl(plan, setting, std::numeric_limits<std::uint32_t>::max());
  crawl.start(start_pages(crawl, slots));
  return crawl.run();
}

} // namespace troupe::baselines
