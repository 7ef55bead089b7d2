// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "actors/crawl/ports.hpp"
#include "messages/crawl_far.hpp"
#include "runtime/mail.hpp"

namespace troupe::crawl {

/// The world as a customer sees it.
struct customer_ports {
  crawl_ports outside;                              ///< write and progress of it
  std::function<void(const std::string& line)> say; ///< for a person; may be empty
  std::function<void(crawl_summary)> ended;         ///< once, inside the customer
  /// Draws a name that no other crawl has; empty: it cannot be ordered again.
  std::function<std::string()> draw_key;
  caf::timespan away_max = std::chrono::seconds(60); ///< that it waits for a lost coordinator
  caf::timespan find_max =
      std::chrono::seconds(60); ///< that it waits for the first one; 0: for ever
  /// That it waits for a node whenever there is none; 0: for ever.
  caf::timespan idle_max{0};
  /// Why it cannot go on for now; "": it does. May be empty.
  std::function<void(const std::string& why)> waits;
};

/// Has a crawl done elsewhere: orders it at whichever head there is, has its rows written here.
///
///   use_head    -> the order, with its seeds in messages of seeds_bytes_a_message
///   crawl_taken -> from here on this crawl is that coordinator's: if it is lost, so is what it
///                  knew, and the customer ends with what is written; or, where that one keeps what
///                  is finished, orders the rest anew at the one that comes next
///   stop_crawl  -> passed on; if nothing comes of it within stop_deadline it ends all the same
///   nobody does it for find_max, idle_max -> it ends, and says so
///
/// An end that is not a coordinator's has a reason (crawl_summary), and of the counts only pages.
class customer {
public:
  static constexpr const char* name = "customer";
  static constexpr std::size_t seeds_bytes_a_message = 256u << 10;
  customer(customer_actor::pointer self, crawl_plan plan, far_http http, customer_ports ports,
           crew_limits crew);
  ~customer();
  customer(const customer&) = delete;
  customer& operator=(const customer&) = delete;
  customer_actor::behavior_type make_behavior();

private:
  // What a tick is about; what waits more than once counts how often, in the rest of the number.
  enum : std::uint64_t { end_or_loss, stop_is_overdue, no_team_for_a_while, away_over, idle_over };
  static constexpr std::uint64_t tick_kinds = 8;
  void remind(caf::timespan in, std::uint64_t kind, std::uint64_t count = 0);

  std::vector<url> next_seeds();
  bool more_seeds() const { return sent_ < seeds_.size(); }
  void found(const crawl_head_actor& head);
  void order();
  void count_rows(std::function<void()> then);
  void send_order();
  template <class Order>
  void ask(Order part);
  void taken(const crawl_taken& x);
  void lost(const std::string& why);
  void see_what_is_written();
  void tell_what_is_written(std::uint64_t rows, const std::string& more = "");
  void wait_for(const char* whom, const std::string& why);
  void wait_for_node();
  void goes_on();
  void no_team();
  void waited_in_vain();
  void fail(const char* reason, std::string why);
  void wait_for_another();
  void stop(const stop_crawl& x);
  void end_stopped();
  void teams(std::uint64_t n);
  void say(const std::string& line) const;
  void end(crawl_summary summary);

  customer_actor::pointer self_;
  std::vector<url> seeds_;
  crawl_plan plan_; // without them
  far_http http_;
  customer_ports ports_;
  crew_limits crew_;
  runtime::watcher watcher_;
  sink_actor sink_;
  progress_actor progress_;
  crawl_head_actor head_;
  coordinator_actor coordinator_; // of the crawl, once it is taken
  std::size_t sent_ = 0;          // seeds
  std::uint64_t orders_ = 0;
  std::uint64_t teams_ = 0;
  bool said_no_team_ = false;
  std::string waits_for_; // "": it goes on
  std::string why_it_waits_;
  caf::timespan patience_{0}; // of this wait
  std::uint64_t idles_ = 0;   // how often it has begun to wait
  std::string key_;           // of the crawl
  bool kept_ = false;         // the coordinator keeps it
  bool again_ = false;        // it was taken once
  std::uint64_t rows_ = 0;    // that were written when they were last counted
  std::uint64_t aways_ = 0;   // how often another coordinator was waited for
  bool stopped_ = false;      // it was told to stop
  bool ending_ = false;       // it ends, as soon as the rows are counted
  bool over_ = false;
  bool is_lost_ = false; // the coordinator of the crawl
  std::string why_lost_; // it, or before it the last one that was looked for
};

} // namespace troupe::crawl
