// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "domain/crawl/limits.hpp"
#include "domain/crawl/page.hpp"
#include "domain/crawl/robots.hpp"
#include "domain/crawl/scope.hpp"
#include "domain/crawl/url.hpp"

namespace troupe::crawl {

using instant = std::chrono::steady_clock::time_point;

/// What a crawl has come to so far.
struct crawl_counts {
  std::uint64_t pages = 0;         ///< finished: rows written
  std::uint64_t items = 0;
  std::uint64_t errors = 0;        ///< rows with a fault
  std::uint64_t bytes = 0;
  std::uint64_t queued = 0;        ///< waiting, robots-less ones included
  std::uint64_t in_flight = 0;     ///< handed out, not finished
  std::uint64_t retried = 0;       ///< attempts beyond the first
  std::uint64_t robots_denied = 0; ///< never requested
  std::uint64_t robots_unreachable = 0; ///< hosts skipped: robots.txt gave 5xx or no answer
  std::uint64_t out_of_scope = 0;
};

/// The state of one crawl, and every decision in it: what to fetch next, what was seen, who waits
/// for whom. Pure: it is told the time and the answers. The actors' coordinator owns one; the
/// lock-and-thread versions guard one with a mutex. All of them therefore crawl the same pages.
///
///     add_seed* -> next() -> page   -> [fetch] -> fetch_ended(id) -> [read] -> page_done(id, result)
///                         -> robots -> [fetch] -> robots_known(origin, rules)
///                         -> wait until T | busy (ask again after something was reported) | finished
class frontier {
public:
  frontier(const limits& bounds, scope_kind kind);
  ~frontier();
  frontier(frontier&&) noexcept;
  frontier& operator=(frontier&&) noexcept;

  /// Returns: false if it was known already (seeds may repeat), or longer than url_bytes_max.
  bool add_seed(const url& seed);

  struct step {
    enum class kind : std::uint8_t {
      page,     ///< `job` is handed out: fetch it
      robots,   ///< fetch /robots.txt of `origin` and call robots_known()
      wait,     ///< nothing until `until`, unless something is reported before
      busy,     ///< nothing until something that is in flight is reported
      finished, ///< nothing queued, nothing in flight
    };
    kind what = kind::finished;
    page_job job;
    std::string origin;
    instant until{};
  };
  /// Hands out work. Honours concurrency, per_host, delays, budgets, robots.
  /// Cost: O(log hosts).
  step next(instant now);

  /// The answer for `origin`'s robots.txt; queued pages it forbids are dropped and counted.
  void robots_known(const std::string& origin, std::shared_ptr<const robots_rules> rules,
                    bool unreachable = false);

  /// The connection is free again (the body is here, the page is not read yet): lets the next
  /// request to that host go. page_done() implies it. Unknown ids are ignored.
  void fetch_ended(std::uint64_t id);

  enum class verdict : std::uint8_t {
    final_row, ///< write the row and the items
    retried,   ///< it will be handed out again: write nothing
    unknown,   ///< not in flight (a late double): write nothing
  };
  /// The page is finished: queues its links and its redirect target, or the page itself again.
  verdict page_done(std::uint64_t id, const page_result& result, instant now);

  /// The worker that had it died. The page is handed out again at once, at most
  /// page_attempts_max times.
  /// Returns: the row to write if that was the last time, with fault::worker_lost.
  std::optional<page_row> job_lost(std::uint64_t id, instant now);

  /// Hands out nothing more; what is in flight may still be reported.
  void stop();
  bool stopped() const;
  const crawl_counts& counts() const;
  /// Returns: the first seed that robots.txt forbade, and the rule, for a clear message; or "".
  const std::string& denied_seed() const;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::crawl
