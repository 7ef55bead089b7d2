// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>

#include "baselines/crawl/engine.hpp"
#include "baselines/crawl/report.hpp"
#include "baselines/crawl/worker.hpp"
#include "io/trace/watched_mutex.hpp"

namespace troupe::baselines {

/// A frontier that threads share: one mutex around the frontier, a second around the output (so
/// that nobody waits for work while a row is being formatted), and a condition to wait for work
/// on. This is what the actors' coordinator replaces by owning the frontier alone.
///
///     thread:   while (auto step = shared.next())  fetch, read, report
///     at last:  join all threads, then finish()
///
/// A stop has three causes, which are one to the threads: stop() is requested when the setting's
/// token was, when the output failed, and when a worker threw.
///
/// Waking: a report wakes one waiter, and a waiter that got work wakes the next, so that a
/// page with one new link does not wake sixty threads for it.
class shared_frontier {
public:
  using step = crawl::frontier::step;

  /// Takes: `concurrency`, the requests in flight that the version's threads can serve.
  shared_frontier(const crawl::crawl_plan& plan, const crawl_setting& setting,
                  std::uint32_t concurrency);

  /// Waits for work. Returns: a page or robots step; none when all is done or the crawl stops.
  std::optional<step> next();

  void fetch_ended(std::uint64_t id);

  /// Reports a page and writes its row. A page that a stop canceled leaves no trace.
  void page_done(const crawl::page_job& job, crawl::page_result result);
  void robots_known(const std::string& origin, io::robots_answer answer);

  /// Does all of one step on the calling thread: fetch, read, report.
  void perform(const step& work, page_fetcher& fetcher, crawl::page_reader& reader);

  /// Runs `work`, the body of a thread; an exception stops the crawl and comes out of finish().
  void guarded(const std::function<void()>& work) noexcept;

  /// Requested when the crawl is to end before its end.
  std::stop_token stop() const { return halt_.get_token(); }

  /// Takes: that no thread uses this any more.
  /// Throws: what the first failed worker threw.
  crawl::crawl_summary finish();

private:
  void wake_one(std::unique_lock<trace::watched_mutex> lock);

  trace::watched_mutex frontier_mutex_{"frontier"}; // guards the next four
  crawl::frontier pages_;
  std::condition_variable_any changed_;
  std::uint64_t version_ = 0; // counts what could make next() answer differently
  bool complete_ = false;

  trace::watched_mutex report_mutex_{
      "output"}; // guards the next two; never taken together with the other
  crawl_report report_;
  std::exception_ptr failure_;

  std::stop_source halt_;
  std::stop_callback<std::function<void()>> forward_; // the setting's token to halt_
};

} // namespace troupe::baselines
