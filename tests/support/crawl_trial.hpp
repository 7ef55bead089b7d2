// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "baselines/crawl/engine.hpp"

namespace troupe::test {

/// A row of pages.jsonl, read back. `depth` and `ms` are left out: they may differ between two
/// right crawls (a page has the depth at which it was found first, and that is a race).
struct seen_page {
  std::string url;
  std::int64_t status = 0;
  std::int64_t bytes = 0;
  std::int64_t links = 0;
  std::string redirect_to;
  std::string error;
  friend auto operator<=>(const seen_page&, const seen_page&) = default;
};
std::ostream& operator<<(std::ostream& out, const seen_page& row);

/// A row of items.jsonl, read back.
struct seen_item {
  std::string page;
  std::string href;
  std::string text;
  friend auto operator<=>(const seen_item&, const seen_item&) = default;
};
std::ostream& operator<<(std::ostream& out, const seen_item& row);

/// What came out of one crawl.
struct crawl_trial {
  crawl::crawl_summary summary;
  std::vector<seen_page> pages; ///< in the order of the file
  std::vector<seen_item> items; ///< in the order of the file
};

/// Runs `engine` with its output in files of a folder of its own, and reads them back.
/// Takes: `setting`, whose output is replaced.
crawl_trial
try_crawl(const std::function<crawl::crawl_summary(const crawl::crawl_plan&,
                                                   const baselines::crawl_setting&)>& engine,
          const crawl::crawl_plan& plan, baselines::crawl_setting setting = {});

/// Returns: a plan for these URLs with waits short enough for a test.
crawl::crawl_plan plan_for(const std::vector<std::string>& seeds);

} // namespace troupe::test
