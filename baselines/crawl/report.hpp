// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <vector>

#include "baselines/crawl/engine.hpp"

namespace troupe::baselines {

/// What every version does with a finished page, and with a finished crawl: rows to the output,
/// counts by status, a progress call about ten times a second, the summary.
/// Threads: one at a time; the threaded versions guard it with a mutex.
class crawl_report {
public:
  explicit crawl_report(const crawl_setting& setting);

  /// Returns: false if the output cannot be written (this row, or one before): the crawl ought
  /// to stop, since what it would still find would be lost.
  bool write(const crawl::page_result& page);

  /// Calls the setting's progress, unless it was called less than 100 ms ago or `counts` are
  /// older than those it saw last (two threads may arrive here in the other order).
  void progress(const crawl::crawl_counts& counts);

  /// Flushes, makes the last progress call, and closes the account.
  /// Takes: `complete`, whether the crawl came to its end by itself.
  crawl::crawl_summary finish(const crawl::frontier& pages, bool complete);

private:
  const crawl_setting& setting_;
  crawl::crawl_summary summary_;
  const std::chrono::steady_clock::time_point begin_;
  std::chrono::steady_clock::time_point progress_due_;
  std::uint64_t pages_shown_ = 0;
};

/// Returns: a frontier with the plan's seeds in it, that hands out `concurrency` requests at a
/// time (the plan's number where a version has no reason for another). URLs that memory is not to
/// hold go to a file.
crawl::frontier make_frontier(const crawl::crawl_plan& plan, std::uint32_t concurrency);

} // namespace troupe::baselines
