// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "domain/jobs/job.hpp"

namespace troupe::jobs {

using instant = std::chrono::steady_clock::time_point;
using duration = std::chrono::steady_clock::duration;

/// When a run gives up: it starts no more jobs, and those that run are left to end.
struct halt_rule {
  enum class kind : std::uint8_t { never, count, percent };
  kind what = kind::never;
  std::uint32_t value = 0; ///< jobs failed for good; or hundredths of those that have ended
  /// A percentage means nothing before so many have failed.
  static constexpr std::uint64_t percent_failures_min = 3;

  bool operator==(const halt_rule&) const = default;
};

/// Takes: "never", "first", "3", "20%". Returns: the rule, or what is wrong with it.
tl::expected<halt_rule, std::string> parse_halt(std::string_view text);

struct schedule_rules {
  std::uint32_t retries_max = 0; ///< attempts after the first
  duration retry_delay{0};       ///< between an attempt's end and the next one's start, at least
  halt_rule halt;
  std::size_t ahead_max = 64; ///< jobs that wait here unstarted; a source is asked for no more
};

/// Decides which job starts next. Pure: it is told the jobs, the time, and what came of each
/// attempt; whoever owns it does the rest.
///
///   add() -> queued -> next() -> running -> ended(good) ----------------------> done
///                        ^          |
///                        |       ended(bad) -> retries left -> due later -+
///                        +------------------------------------------------+    else -> failed
///
/// Jobs start in the order of add(); a retry that is due goes before them. An end is taken once: of
/// an attempt that does not run (told twice, or of an actor thought dead) it is no news.
/// Cost: memory for the jobs that are queued, running or due, not for those that have ended.
class schedule {
public:
  struct step {
    enum class kind : std::uint8_t {
      start,    ///< `work`, as attempt `number`
      wait,     ///< for an end, for a job from the source, or until `until`
      finished, ///< nothing runs, nothing waits, nothing will come
    };
    kind what = kind::wait;
    job work;
    std::uint32_t number = 1;
    instant until = instant::max();
  };
  /// What an end has led to.
  enum class verdict : std::uint8_t {
    final_end, ///< the job is over, for better or worse
    again,     ///< it will be tried again
    unknown,   ///< no such attempt runs: to be ignored
  };

  explicit schedule(schedule_rules rules) : rules_(rules) {}

  /// Returns: how many jobs it could do with; 0 if enough wait, or if no more are wanted at all.
  std::size_t room() const;
  void add(job work);
  /// There are no more jobs.
  void source_ended() { source_ended_ = true; }
  /// Counts a job that an earlier run has done, or has failed for good.
  void skip(bool was_good);

  /// What to do now that a slot is free. Takes: `fresh`, whether jobs without an attempt may start.
  step next(instant now, bool fresh = true);
  verdict ended(const attempt& what, instant now);

  struct outlook {
    std::size_t jobs = 0;           ///< that next() would start now, one after the other
    instant until = instant::max(); ///< when a retry will be due
  };
  /// What next() would have for more slots.
  outlook ready(instant now, bool fresh = true) const;

  /// Starts nothing more. A job that waited for a further attempt has failed for good.
  void stop();
  bool stopped() const { return stopped_; }
  bool halted() const { return halted_; } ///< stopped by its own rule
  /// Returns: the jobs that a stop has dropped, unstarted ones and those between two attempts;
  /// once.
  std::vector<std::uint64_t> take_dropped() { return std::exchange(dropped_, {}); }

  bool finished() const;
  /// Returns: jobs that are not over, as far as the source has told of them.
  std::size_t in_hand() const { return queued_.size() + due_.size() + running_.size(); }
  bool source_over() const { return source_ended_ || stopped_; }
  const job_counts& counts() const { return counts_; }
  /// Returns: the running attempts' jobs, by number.
  const std::map<std::uint64_t, job>& running() const { return running_; }

private:
  bool retries(const attempt& what) const;
  void check_halt();

  schedule_rules rules_;
  job_counts counts_;
  std::deque<job> queued_;
  std::map<std::uint64_t, job> running_;                        // by seq
  std::unordered_map<std::uint64_t, std::uint32_t> attempt_of_; // that runs or is due
  std::multimap<instant, job> due_;
  std::vector<std::uint64_t> dropped_;
  bool source_ended_ = false;
  bool stopped_ = false;
  bool halted_ = false;
};

} // namespace troupe::jobs
