// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <stop_token>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "baselines/crawl/engine.hpp"
#include "baselines/crawl/report.hpp"
#include "baselines/crawl/waiting_room.hpp"
#include "io/http/client.hpp"

namespace troupe::baselines {

/// What the coroutine versions share: a crawl on one thread, driven by tasks. The single-threaded
/// twin of shared_frontier: the same calls, awaited, and no lock in it.
///
///     task:   while (auto step = co_await crawl.next())  co_await crawl.perform(*step)
///
/// Reading a page happens between two co_awaits on that thread, so that it holds up the others
/// for as long as it takes: one slow page of 10 MB delays every answer by some 100 ms.
/// Costs compile time (Asio): only the coroutine sources include it.
class task_crawl {
public:
  using step = crawl::frontier::step;

  /// Takes: `concurrency`, the requests that the frontier may hand out at a time.
  task_crawl(const crawl::crawl_plan& plan, const crawl_setting& setting,
             std::uint32_t concurrency);

  /// Starts a task; run() lasts until all of them are done. A task that throws ends the crawl.
  void start(boost::asio::awaitable<void> task);

  /// Waits for work. Returns: none when all is done or the crawl stops.
  boost::asio::awaitable<std::optional<step>> next();

  /// Does all of one step: fetch, read, report.
  boost::asio::awaitable<void> perform(step work);

  /// Drives the tasks on the calling thread. Throws: what the first failed task threw.
  crawl::crawl_summary run();

private:
  void page_done(const crawl::page_job& job, const crawl::fetched& answer);
  void halt();
  boost::asio::awaitable<void> cancel_until_done();

  const crawl::crawl_plan& plan_;
  io::io_loop loop_; // outlives what runs on it
  boost::asio::io_context& context_;
  io::http_client client_;
  crawl::frontier pages_;
  crawl_report report_;
  crawl::page_reader reader_;
  waiting_room idle_; // tasks without work
  std::size_t tasks_ = 0;
  bool halted_ = false;
  bool complete_ = false;
  std::exception_ptr failure_;
  std::stop_callback<std::function<void()>> forward_; // posts halt() to the loop
};

} // namespace troupe::baselines
