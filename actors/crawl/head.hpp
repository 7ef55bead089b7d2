// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <caf/typed_response_promise.hpp>

#include "actors/crawl/ports.hpp"
#include "messages/crawl_far.hpp"
#include "messages/crawl_keep.hpp"
#include "runtime/mail.hpp"

namespace troupe::crawl {

/// How much a head takes on.
struct head_limits {
  std::size_t crawls_max = 64;               ///< at a time; further ones are refused
  std::size_t seeds_bytes_max = 64u << 20;   ///< of one order
  std::uint64_t batch_bytes_max = 512 << 10; ///< of rows for a client at a time
  std::uint64_t frontier_memory_bytes_max =
      limits{}.frontier_memory_bytes_max; ///< of one crawl's URLs, whatever its order says
  /// For the next part of an order's seeds; an order that waits longer is forgotten.
  caf::timespan seeds_deadline = std::chrono::seconds(60);
};

/// Brings together those who want something crawled and those who crawl.
///
///   crawl_ordered, seeds_ordered -> a steward, once the order is whole; all teams are told of it;
///                                   an order that does not become whole is forgotten
///   team_offered -> it is told of all crawls there are
///   a crawl's end, its customer's -> all teams are told that it is over
///
/// An order is checked as the command line's options are: whoever sent it may be of another mind.
class head {
public:
  static constexpr const char* name = "crawl_head";
  /// Takes: `keeper` of what crawls finish, or none: then they end with this coordinator.
  head(crawl_head_actor::pointer self, head_limits bounds, crew_limits crew,
       keeper_actor keeper = {});
  ~head();
  head(const head&) = delete;
  head& operator=(const head&) = delete;
  crawl_head_actor::behavior_type make_behavior();

private:
  using promise = caf::typed_response_promise<crawl_taken>;
  struct job {
    crawl_plan plan; // until it begins with its seeds, then without
    far_http http;
    sink_actor sink;
    customer_actor customer;
    std::string key;
    bool again = false;
    std::uint64_t rows = 0;
    std::size_t seeds_bytes = 0;
    std::uint64_t waits = 0;       // for further seeds, under this number
    bool begun = false;            // the order is whole
    steward_actor steward;         // from the order's end on
    coordinator_actor coordinator; // from the crawl's beginning on
    promise answer;                // of the order's last part
  };
  caf::result<crawl_taken> take(const crawl_ordered& x);
  caf::result<crawl_taken> take_more(const seeds_ordered& x);
  std::string add_seeds(job& to, const std::vector<url>& seeds);
  crawl_taken wait_for_more(std::uint64_t id, job& x);
  caf::result<crawl_taken> start(std::uint64_t id, job& x);
  void start_steward(std::uint64_t id, job& x, keeping keep);
  void open_kept_one(std::uint64_t id, const job& x);
  void refuse(std::uint64_t id, const std::string& why);
  void begun(const crawl_begun& x);
  void over(std::uint64_t id);
  void tell(const team_actor& team, std::uint64_t id, const job& x);

  crawl_head_actor::pointer self_;
  head_limits bounds_;
  crew_limits crew_;
  keeper_actor keeper_;
  runtime::watcher watcher_;
  std::map<std::uint64_t, job> jobs_;
  std::vector<team_actor> teams_;
  std::uint64_t next_job_ = 1, next_team_ = 1, waits_ = 0;
};

} // namespace troupe::crawl
