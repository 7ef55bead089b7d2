// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <caf/timespan.hpp>

#include "domain/crawl/fetched.hpp"
#include "domain/crawl/page.hpp"
#include "domain/crawl/plan.hpp"
#include "io/crawl/robots.hpp"
#include "messages/crawl.hpp"

namespace troupe::crawl {

/// The outside world as the crawl's actors see it: real I/O in a program, doubles in a test.
/// Each function starts something and returns at once; `done` is called once, on any thread.
struct crawl_ports {
  std::function<void(const page_job& job, std::function<void(fetched)> done)> fetch;
  std::function<void(const std::string& origin, std::function<void(io::robots_answer)> done)>
      fetch_robots;
  /// The same without a judgement, for whoever has the rules of it elsewhere: a node's only.
  std::function<void(const std::string& origin, std::function<void(robots_outcome)> done)>
      fetch_robots_text;
  /// Makes what a parser reads pages with; one a parser, used by it alone.
  std::function<std::function<page_result(const page_job&, const fetched&)>()> make_reader;
  /// Returns: "" or why not, in one line. Called by the sink only.
  std::function<std::string(const std::vector<row_and_items>& rows, bool flush)> write;
  /// Called by the progress actor only; may be empty.
  std::function<void(const crawl_counts&)> progress;
  /// Called by it too, before `progress`, now and then: what holds the crawl up. May be empty.
  std::function<void(const standstill&)> explain;
};

/// Of a request whose wait is bounded elsewhere: by whoever is asked, who answers at last, and who
/// is watched while he is; or by a deadline of the asker's owner.
inline constexpr caf::timespan bounded_elsewhere = std::chrono::hours(24 * 365);

/// The actors' own bounds; those of the crawl itself are in limits.
struct crew_limits {
  unsigned parsers = 2;
  std::uint32_t unread_pages_max =
      2; ///< a fetcher's pages that wait for its parser; then it asks for no more
  std::uint32_t rows_unwritten_max =
      10'000; ///< rows that wait for the sink; then no more pages are handed out
  std::uint64_t unwritten_bytes_max = 64u << 20; ///< the same in bytes
  std::uint64_t batch_bytes_max =
      0; ///< of rows for the sink at a time; larger ones go in parts; 0: any
  std::uint64_t part_bytes_max = 256u << 10; ///< of a page's links and items in a message to a
                                             ///< coordinator elsewhere; more go in parts
  std::uint32_t restarts_max = 1'000;        ///< workers replaced in one crawl; then it ends
  caf::timespan read_deadline = std::chrono::seconds(60);  ///< for one page, in the parser
  caf::timespan write_deadline = std::chrono::minutes(10); ///< for one batch, in the sink
  caf::timespan robots_deadline =
      std::chrono::minutes(5); ///< for one robots.txt, redirects and all
  caf::timespan stop_grace =
      std::chrono::seconds(1); ///< pages in flight get this long after Ctrl-C
  caf::timespan flush_interval = std::chrono::seconds(1);
  caf::timespan progress_interval = std::chrono::milliseconds(100);
  caf::timespan explain_interval = std::chrono::seconds(1); ///< what waits is told no more often
  std::uint32_t explain_hosts_max = 200;                    ///< hosts that are told of one by one
};

} // namespace troupe::crawl
