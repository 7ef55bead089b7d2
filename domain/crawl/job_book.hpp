// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/crawl/frontier.hpp"
#include "domain/crawl/plan.hpp"

namespace troupe::crawl {

/// How many crawls there may be at a time.
struct job_limits {
  std::size_t running_max = 4;
  std::size_t waiting_max = 16;  ///< further ones are refused
  std::size_t finished_max = 32; ///< kept; further ones push the oldest out
};

/// waiting -> running -> done, failed or canceled; waiting -> canceled.
enum class job_state : std::uint8_t {
  waiting,
  running,
  canceling, ///< told to end; the pages in flight get a moment
  done,
  failed, ///< ended early, see the reason
  canceled,
};
/// Returns: "waiting" and so on.
std::string_view to_string(job_state s);
inline bool over(job_state s) { return s >= job_state::done; }

/// What is known of one crawl.
struct job_report {
  std::uint64_t id = 0; ///< from 1, in the order in which they came
  job_state state = job_state::waiting;
  std::vector<std::string> seeds; ///< without credentials
  std::int64_t asked_unix_ms = 0;
  std::int64_t started_unix_ms = 0; ///< 0: not yet
  std::int64_t ended_unix_ms = 0;   ///< 0: not yet
  crawl_counts counts;              ///< as last reported
  std::string reason; ///< of `failed`, "nothing_fetched", "results_bytes_max", "output_failed"; if
                      ///< a cluster crawls also "unreachable", "refused"
  std::string detail; ///< for a person: that, the first seed's fault, or what it waits for
};

/// Which crawl runs, which waits, which is kept: the table of a crawl service, whoever owns it. An
/// actor owns one alone; a service with threads guards one with a mutex.
/// Takes: the time, from its owner. Cost: linear in the crawls of the table, which are few.
class job_book {
public:
  explicit job_book(job_limits bounds) : bounds_(bounds) {}

  /// Returns: the new crawl's id, or none if too many wait.
  std::optional<std::uint64_t> add(const crawl_plan& plan, std::int64_t now_unix_ms);
  /// Returns: a crawl that is to start now (it counts as running from here), or none.
  std::optional<std::uint64_t> start_next(std::int64_t now_unix_ms);
  void progressed(std::uint64_t id, const crawl_counts& counts);
  /// A crawl that has begun cannot go on for now. Takes: why; "": it does go on.
  void waits(std::uint64_t id, const std::string& why);
  /// Takes: `full`, that it ended because no more rows could be kept.
  void ended(std::uint64_t id, const crawl_summary& summary, bool full, std::int64_t now_unix_ms);

  enum class dropped : std::uint8_t {
    unknown,   ///< there is none
    canceled,  ///< it waited: it has ended
    canceling, ///< it runs: tell it to end
    asked,     ///< it was told before
    forgotten, ///< it had ended: it is gone
  };
  dropped drop(std::uint64_t id, std::int64_t now_unix_ms);

  const job_report* find(std::uint64_t id) const;
  const std::deque<job_report>& all() const { return jobs_; } ///< the oldest first
  std::size_t running() const { return running_; }
  std::size_t waiting() const { return waiting_; }
  std::uint64_t finished() const { return finished_; } ///< ever
  /// Returns: pages, items, errors and bytes of all crawls that there ever were.
  crawl_counts totals() const;

private:
  job_report* find_mine(std::uint64_t id);
  void end(job_report& job, job_state how, std::int64_t now_unix_ms);

  job_limits bounds_;
  std::deque<job_report> jobs_;
  std::uint64_t last_ = 0;
  std::uint64_t finished_ = 0;
  crawl_counts ended_totals_;
  std::size_t running_ = 0; // canceling ones included
  std::size_t waiting_ = 0;
};

} // namespace troupe::crawl
