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
};

/// Has a crawl done elsewhere: orders it at whichever head there is, has its rows written here.
///
///   use_head    -> the order, with its seeds in messages of seeds_bytes_a_message
///   crawl_taken -> from here on this crawl is that coordinator's: if it is lost, so is what it
///                  knew, and the customer ends with what is written; or, where that one keeps what
///                  is finished, orders the rest anew at the one that comes next
///   stop_crawl  -> passed on; if nothing comes of it within stop_deadline it ends all the same
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
  std::vector<url> next_seeds();
  bool more_seeds() const { return sent_ < seeds_.size(); }
  void order();
  void send_order();
  template <class Order>
  void ask(Order part);
  void taken(const crawl_taken& x);
  void lost(const std::string& why);
  void see_what_is_written();
  void tell_what_is_written(std::uint64_t rows, const std::string& more = "");
  void wait_for_another(std::uint64_t rows);
  void stop(const stop_crawl& x);
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
  std::string key_;         // of the crawl
  bool kept_ = false;       // the coordinator keeps it
  bool again_ = false;      // it was taken once
  std::uint64_t rows_ = 0;  // that were written when it was lost
  std::uint64_t waits_ = 0; // how often another coordinator was waited for
  bool over_ = false;
  bool is_lost_ = false; // the coordinator of the crawl
  std::string why_lost_; // it, or before it the last one that was looked for
};

} // namespace troupe::crawl
