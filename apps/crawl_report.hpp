// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "domain/crawl/plan.hpp"

namespace troupe::apps {

/// Shows on standard error how far a crawl is: one line that is written over on a terminal, a plain
/// line every five seconds elsewhere.
class progress_line {
public:
  /// Takes: `pages_max`, for the time left; 0 where no budget is known.
  explicit progress_line(std::uint64_t pages_max);
  ~progress_line(); ///< wipes the line
  progress_line(const progress_line&) = delete;
  progress_line& operator=(const progress_line&) = delete;
  /// What holds the crawl up; shown where no page has come for a second.
  void explain(const crawl::standstill& why);
  void show(const crawl::crawl_counts& now);

private:
  using clock = std::chrono::steady_clock;
  std::uint64_t pages_max_;
  bool terminal_;
  bool shown_ = false;
  clock::time_point begun_ = clock::now();
  clock::time_point plain_at_ = clock::now();
  std::string why_;
  std::uint64_t pages_then_ = 0;
  clock::time_point moved_at_ = clock::now(); // when a page came last
};

/// Returns: one line of JSON: pages, items, errors, bytes, seconds, by_status, and what else was
/// counted.
std::string summary_json(const crawl::crawl_summary& sum);

/// Returns: the same for a person, a few lines.
std::string summary_text(const crawl::crawl_summary& sum);

/// Returns: "" if any page was answered, else why none was, in one line.
std::string why_nothing(const crawl::crawl_summary& sum);

/// Returns: a person's words for bytes, "1.2 MB".
std::string human_bytes(std::uint64_t bytes);

} // namespace troupe::apps
