// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include <caf/typed_response_promise.hpp>

#include "actors/crawl/ports.hpp"
#include "domain/crawl/frontier.hpp"
#include "domain/crawl/host_homes.hpp"
#include "messages/crawl.hpp"
#include "messages/crawl_keep.hpp"
#include "runtime/mail.hpp"

namespace troupe::crawl {

/// The one owner of the frontier. Every decision is the frontier's (domain/crawl); this class
/// carries it between the frontier and those who do the work:
///
///   want_page  -> a hand is free: give it what frontier.next() says, or let it wait
///   page_done  -> tell the frontier, pass the row to the sink, give out what that set free
///   worker down -> the frontier hands its pages out again
///
/// Fetchers of other processes come in teams: a host's pages go to one team as long as it has hands
/// free (host_homes). Each time that a page is given out it gets another grant, and what is said of
/// a page counts only under its last one, so that whoever was given up can change nothing any more,
/// and parts of what two have read are never mixed.
///
/// Back-pressure: nobody is sent a page unasked; while rows_unwritten_max rows or
/// unwritten_bytes_max of them wait for the sink no page is handed out; one batch is at the sink at
/// a time, and grows while the sink is busy, up to batch_bytes_max.
///
/// Where pages are kept, a final page goes to the keeper before its row goes to the sink: so the
/// sink never has a row that a coordinator after this one does not know.
class coordinator {
public:
  static constexpr const char* name = "coordinator";
  coordinator(coordinator_actor::pointer self, supervisor_actor supervisor, sink_actor sink,
              robots_actor robots, crawl_plan plan, crew_limits crew, keeping keep = {});
  coordinator_actor::behavior_type make_behavior();

private:
  struct hand {
    fetcher_actor who;
    std::uint64_t team = 0;
    std::set<std::uint64_t> pages; // that it holds
    std::size_t asks = 0;          // for pages, that had none yet
  };
  struct holding {
    caf::actor_addr who;
    std::uint64_t grant = 0;
  };
  struct part { // of a page that comes in several messages
    std::vector<url> links;
    std::vector<item> items;
    std::vector<page_link> all_links;
    std::vector<url> sitemaps;
  };
  void wanted(const want_page& x);
  void hand_out();
  void give_page(page_job job);
  void learn_robots(const std::string& origin);
  bool is_granted(std::uint64_t page, std::uint64_t grant) const;
  void part_came(page_part& x);
  void finished(page_done& x);
  void lost(const caf::actor_addr& who, const caf::error& why);
  caf::result<hands_left> leave(std::uint64_t team);
  void tell_who_left();
  void take_row(page_result result);
  void queue_row(row_and_items x);
  void note(std::uint64_t id, const page_result& result);
  void keep_on();
  std::size_t rows_waiting() const;
  bool may_queue() const;
  standstill explain(std::uint32_t hosts_max) const;
  void restore_on();
  void restored(const std::vector<std::string>& pages);
  void fail(std::string why);
  void write_on();
  std::vector<row_and_items> next_batch();
  void wake_at(instant when);
  void stop(bool at_once);
  void end_if_done();
  instant now() const;

  coordinator_actor::pointer self_;
  supervisor_actor supervisor_;
  sink_actor sink_;
  robots_actor robots_;
  crew_limits crew_;
  std::vector<url> plan_seeds_, plan_sitemaps_;
  frontier frontier_;
  crawl_summary summary_;
  instant started_;
  runtime::watcher watcher_;

  std::map<caf::actor_addr, hand> hands_;
  std::map<std::uint64_t, std::deque<caf::actor_addr>> idle_; // by team, who asked first in front
  host_homes homes_;
  host_preference prefers_;                           // empty while all hands are in this process
  std::unordered_map<std::uint64_t, holding> holder_; // whose hands each page is in
  std::uint64_t grants_ = 0;                          // so far
  std::unordered_map<std::uint64_t, part> parts_;     // of pages that are held
  std::multimap<std::uint64_t, caf::typed_response_promise<hands_left>> leaving_;
  keeping keep_;
  std::unordered_map<std::uint64_t, page_job> jobs_; // that are held, if pages are kept
  std::vector<std::string> unkept_;                  // pages, and the rows of the same
  std::vector<row_and_items> unkept_rows_;
  std::uint64_t unkept_bytes_ = 0; // of these pages, and of those at the keeper
  std::size_t rows_at_keeper_ = 0;
  std::uint64_t restored_ = 0;
  bool restoring_ = false;
  bool restore_waits_ = false; // for rows to be written
  std::deque<row_and_items> unwritten_;
  std::uint64_t unwritten_bytes_ = 0; // with those at the sink
  std::size_t rows_at_sink_ = 0;
  std::uint64_t bytes_at_sink_ = 0;
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
