// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <caf/timespan.hpp>

#include "actors/crawl/ports.hpp"
#include "domain/crawl/job_book.hpp"
#include "io/gateway/crawl_service.hpp"
#include "messages/crawl_far.hpp"
#include "messages/crawl_jobs.hpp"

namespace troupe::crawl {

/// How crawls are ordered from a cluster.
struct far_jobs {
  far_http http;
  caf::timespan away_max = std::chrono::seconds(60); ///< without a coordinator, or without a node
  std::function<std::string()> draw_key;             ///< a name that no other crawl has
};

/// The world as the registrar sees it.
struct registrar_ports {
  /// Called once a ticket; nothing happens if its asker has gone.
  std::function<void(std::uint64_t ticket, gateway::crawl_answer)> answer;
  /// Returns: null if no more can be kept.
  std::function<std::shared_ptr<io::job_results>(const crawl_plan&)> make_results;
  /// Returns: the outside of one crawl, without progress. It ends with the crawl's crew.
  std::function<crawl_ports(const crawl_plan&, const std::shared_ptr<io::job_results>&)> make_ports;
  std::function<std::int64_t()> now_unix_ms;
  std::function<void(gateway::reading)> tell; ///< whenever something has changed
  std::function<void(std::string why)> gone;  ///< once, when the registrar has ended
  std::optional<far_jobs> far = {};           ///< a cluster crawls; none: a crew here
};

/// Keeps the crawls that were asked for from outside. What runs, waits or goes is job_book's
/// decision (domain/crawl); this class starts and stops their crews, and answers. Where a cluster
/// crawls it has a customer for each crawl that runs, and tells them which head there is.
class registrar {
public:
  static constexpr const char* name = "registrar";
  registrar(registrar_actor::pointer self, registrar_ports ports, job_limits bounds,
            crew_limits crew);
  ~registrar(); ///< stops all crawls
  registrar(const registrar&) = delete;
  registrar& operator=(const registrar&) = delete;
  registrar_actor::behavior_type make_behavior();

private:
  struct job {
    std::shared_ptr<const crawl_plan> plan; // until it starts
    std::shared_ptr<io::job_results> results;
    supervisor_actor head;   // while it runs
    customer_actor customer; // the same, if a cluster crawls
  };
  void take(const crawl_asked& x);
  void drop(const crawl_dropped& x);
  void ended(const job_ended& x);
  void start_next();
  void start(std::uint64_t id);
  void start_crew(std::uint64_t id, job& x, crawl_ports ports);
  void order(std::uint64_t id, job& x, crawl_ports outside);
  std::function<void(crawl_summary)> when_ended(std::uint64_t id);
  void tell_customers();
  void tell_who_is_there(const customer_actor& whom);
  void forget_evicted();
  void tell();
  void answer(std::uint64_t ticket, std::uint64_t id);
  gateway::crawl_status status(const job_report& report) const;

  registrar_actor::pointer self_;
  registrar_ports ports_;
  crew_limits crew_;
  job_book book_;
  std::map<std::uint64_t, job> jobs_; // those of the book
  crawl_head_actor there_;            // the cluster's head, if its coordinator has one
  std::string why_nobody_is_there_ = "none was found yet"; // "": there is a coordinator
};

} // namespace troupe::crawl
