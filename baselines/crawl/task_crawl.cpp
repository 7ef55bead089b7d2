// SPDX-License-Identifier: BSD-3-Clause
#include "baselines/crawl/task_crawl.hpp"

#include <chrono>
#include <memory>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "baselines/crawl/worker.hpp"
#include "io/crawl/robots.hpp"
#include "io/http/awaitable.hpp"

namespace troupe::baselines {

namespace {

namespace asio = boost::asio;
using step_kind = crawl::frontier::step::kind;
using clock = std::chrono::steady_clock;

/// The callback face of fetch_robots as something to co_await.
asio::awaitable<io::robots_answer> robots_of(io::http_client& client, const std::string& origin,
                                             const crawl::crawl_plan& plan) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void(io::robots_answer)>(
      [&client, &plan](auto handler, std::string of) {
        // The handler can only be moved, and std::function wants to copy.
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        io::fetch_robots(
            client, of, plan.user_agent, plan.bounds,
            [shared](io::robots_answer answer) { std::move (*shared)(std::move(answer)); });
      },
      asio::use_awaitable, origin);
}

} // namespace

task_crawl::task_crawl(const crawl::crawl_plan& plan, const crawl_setting& setting,
                       std::uint32_t concurrency)
    : plan_(plan), context_(*static_cast<asio::io_context*>(loop_.context())),
      client_(loop_, io::http_options_of(plan, setting)), pages_(make_frontier(plan, concurrency)),
      report_(setting), reader_(plan.extract, plan.bounds),
      forward_(setting.stop, [this] { asio::post(context_, [this] { halt(); }); }) {}

void task_crawl::start(asio::awaitable<void> task) {
  ++tasks_;
  asio::co_spawn(context_, std::move(task), [this](const std::exception_ptr& thrown) {
    if (thrown && !failure_)
      failure_ = thrown;
    if (thrown)
      halt();
    // The client's idle connections have timers that would keep the loop running.
    if (--tasks_ == 0)
      loop_.stop();
  });
}

asio::awaitable<std::optional<task_crawl::step>> task_crawl::next() {
  while (!halted_) {
    auto found = pages_.next(clock::now());
    switch (found.what) {
    case step_kind::page:
    case step_kind::robots:
      idle_.call_one(); // there may be more of it
      co_return std::move(found);
    case step_kind::wait:
      co_await idle_.wait(found.until);
      break;
    case step_kind::busy:
      co_await idle_.wait();
      break;
    case step_kind::finished:
      complete_ = true;
      idle_.call_all();
      co_return std::nullopt;
    }
  }
  co_return std::nullopt;
}

asio::awaitable<void> task_crawl::perform(step work) {
  if (work.what == step_kind::robots) {
    auto answer = co_await robots_of(client_, work.origin, plan_);
    if (halted_)
      co_return; // "unreachable" would only mean that we gave up
    pages_.address_known(work.origin, answer.address);
    pages_.robots_known(work.origin, std::move(answer.rules), answer.unreachable);
  } else {
    const auto answer = co_await io::get(client_, work.job.target,
                                         crawl::body_bytes_max_of(work.job, plan_.bounds));
    if (halted_ && answer.error == crawl::fault::canceled)
      co_return; // not an answer: the page counts as never visited
    page_done(work.job, answer);
  }
  idle_.call_one();
}

void task_crawl::page_done(const crawl::page_job& job, const crawl::fetched& answer) {
  pages_.fetch_ended(job.id);
  auto result = read_page(reader_, job, answer);
  pages_.take_announced(); // only who keeps pages has a use for them
  const auto verdict = pages_.page_done(job.id, result, clock::now());
  if (verdict == crawl::frontier::verdict::final_row && !report_.write(result))
    halt();
  report_.progress(pages_.counts());
}

void task_crawl::halt() {
  if (std::exchange(halted_, true))
    return;
  idle_.call_all();
  asio::co_spawn(context_, cancel_until_done(), asio::detached);
}

/// Again and again, because a task may be between two requests: a robots.txt that redirects is
/// asked for elsewhere after the first cancel. run() ends it together with the loop.
asio::awaitable<void> task_crawl::cancel_until_done() {
  asio::steady_timer timer(context_);
  while (tasks_ > 0) {
    client_.cancel();
    timer.expires_after(std::chrono::milliseconds(50));
    co_await timer.async_wait(asio::use_awaitable);
  }
}

crawl::crawl_summary task_crawl::run() {
  if (tasks_ > 0)
    loop_.run();
  if (failure_)
    std::rethrow_exception(failure_);
  return report_.finish(pages_, complete_);
}

} // namespace troupe::baselines
