// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "actors/crawl/ports.hpp"
#include "domain/crawl/frontier.hpp"
#include "messages/crawl.hpp"
#include "runtime/mail.hpp"

namespace troupe::crawl {

/// The one owner of the frontier. Every decision is the frontier's (domain/crawl); this class
/// carries it between the frontier and those who do the work:
///
///   want_page  -> a hand is free: give it what frontier.next() says, or let it wait
///   page_done  -> tell the frontier, pass the row to the sink, give out what that set free
///   worker down -> the frontier hands its pages out again
///
/// Back-pressure: nobody is sent a page unasked; while rows_unwritten_max rows wait for the sink no
/// page is handed out; one batch is at the sink at a time, and grows while the sink is busy.
class coordinator {
public:
  static constexpr const char* name = "coordinator";
  coordinator(coordinator_actor::pointer self, supervisor_actor supervisor, sink_actor sink,
              robots_actor robots, crawl_plan plan, crew_limits crew);
  coordinator_actor::behavior_type make_behavior();

private:
  void hand_out();
  void give_page(page_job job);
  void learn_robots(const std::string& origin);
  void finished(page_done& x);
  void lost(const caf::actor_addr& who);
  void keep_row(page_row row, std::vector<item> items);
  void write_on();
  void wake_at(instant when);
  void stop(bool at_once);
  void end_if_done();
  instant now() const;

  coordinator_actor::pointer self_;
  supervisor_actor supervisor_;
  sink_actor sink_;
  robots_actor robots_;
  crew_limits crew_;
  std::vector<url> plan_seeds_;
  frontier frontier_;
  crawl_summary summary_;
  instant started_;
  runtime::watcher watcher_;

  std::deque<fetcher_actor> idle_;                            // asked for a page, oldest first
  std::map<caf::actor_addr, std::set<std::uint64_t>> held_;   // pages in each fetcher's hands
  std::unordered_map<std::uint64_t, caf::actor_addr> holder_; // whose hands each page is in
  std::vector<row_and_items> unwritten_;
  std::size_t rows_at_sink_ = 0;
  bool writing_ = false;
  bool stopping_ = false;
  bool all_done_ =
      false; // the frontier is exhausted or was stopped, and the last rows are on their way
  bool flushed_ = false;
  bool ended_ = false;
  instant wake_ = instant::max();
  std::uint64_t wake_number_ = 0;
};

} // namespace troupe::crawl
