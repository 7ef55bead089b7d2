// SPDX-License-Identifier: BSD-3-Clause
#include "baselines/crawl/shared_frontier.hpp"

#include <chrono>
#include <utility>

namespace troupe::baselines {

namespace {

using step_kind = crawl::frontier::step::kind;
using clock = std::chrono::steady_clock;

} // namespace

shared_frontier::shared_frontier(const crawl::crawl_plan& plan, const crawl_setting& setting,
                                 std::uint32_t concurrency)
    : pages_(make_frontier(plan, concurrency)), report_(setting),
      forward_(setting.stop, [this] { halt_.request_stop(); }) {}

std::optional<shared_frontier::step> shared_frontier::next() {
  const auto stop = halt_.get_token();
  std::unique_lock lock(frontier_mutex_);
  while (!stop.stop_requested()) {
    auto found = pages_.next(clock::now());
    const auto seen = version_;
    const auto changed = [&] { return version_ != seen; };
    switch (found.what) {
    case step_kind::page:
    case step_kind::robots:
      lock.unlock();
      changed_.notify_one(); // there may be more of it
      return found;
    case step_kind::wait:
      trace::waiting("waits for its turn", changed,
                     [&] { return changed_.wait_until(lock, stop, found.until, changed); });
      break;
    case step_kind::busy:
      trace::waiting("waits for a page to fetch", changed,
                     [&] { return changed_.wait(lock, stop, changed); });
      break;
    case step_kind::finished:
      complete_ = true;
      ++version_;
      lock.unlock();
      changed_.notify_all();
      return std::nullopt;
    }
  }
  return std::nullopt;
}

void shared_frontier::fetch_ended(std::uint64_t id) {
  std::unique_lock lock(frontier_mutex_);
  pages_.fetch_ended(id);
  wake_one(std::move(lock));
}

void shared_frontier::page_done(const crawl::page_job& job, crawl::page_result result) {
  if (result.row.error == crawl::fault::canceled && halt_.stop_requested())
    return;
  std::unique_lock lock(frontier_mutex_);
  pages_.take_announced(); // only who keeps pages has a use for them
  const auto verdict = pages_.page_done(job.id, result, clock::now());
  const auto counts = pages_.counts();
  wake_one(std::move(lock));

  bool written = true;
  {
    const std::lock_guard report_lock(report_mutex_);
    if (verdict == crawl::frontier::verdict::final_row)
      written = report_.write(result);
    report_.progress(counts);
  }
  if (!written)
    halt_.request_stop(); // outside the locks: it runs other threads' callbacks
}

void shared_frontier::robots_known(const std::string& origin, io::robots_answer answer) {
  if (halt_.stop_requested())
    return; // "unreachable" would only mean that we gave up
  std::unique_lock lock(frontier_mutex_);
  pages_.address_known(origin, answer.address);
  pages_.robots_known(origin, std::move(answer.rules), answer.unreachable);
  wake_one(std::move(lock));
}

void shared_frontier::perform(const step& work, page_fetcher& fetcher, crawl::page_reader& reader) {
  if (work.what == step_kind::robots) {
    robots_known(work.origin, fetcher.robots(work.origin));
    return;
  }
  const auto answer = fetcher.page(work.job);
  fetch_ended(work.job.id);
  page_done(work.job, read_page(reader, work.job, answer));
}

void shared_frontier::guarded(const std::function<void()>& work) noexcept {
  try {
    work();
  } catch (...) {
    {
      const std::lock_guard lock(report_mutex_);
      if (!failure_)
        failure_ = std::current_exception();
    }
    halt_.request_stop();
  }
}

crawl::crawl_summary shared_frontier::finish() {
  if (failure_)
    std::rethrow_exception(failure_);
  return report_.finish(pages_, complete_);
}

void shared_frontier::wake_one(std::unique_lock<trace::watched_mutex> lock) {
  ++version_;
  lock.unlock();
  changed_.notify_one();
}

} // namespace troupe::baselines
