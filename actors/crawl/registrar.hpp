// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "actors/crawl/ports.hpp"
#include "domain/crawl/job_book.hpp"
#include "io/gateway/crawl_service.hpp"
#include "messages/crawl_jobs.hpp"

namespace troupe::crawl {

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
};

/// Keeps the crawls that were asked for from outside. What runs, waits or goes is job_book's
/// decision (domain/crawl); this class starts and stops their crews, and answers.
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
    supervisor_actor head; // while it runs
  };
  void take(const crawl_asked& x);
  void drop(const crawl_dropped& x);
  void ended(const job_ended& x);
  void start_next();
  void start(std::uint64_t id);
  void forget_evicted();
  void tell();
  void answer(std::uint64_t ticket, std::uint64_t id);
  gateway::crawl_status status(const job_report& report) const;

  registrar_actor::pointer self_;
  registrar_ports ports_;
  crew_limits crew_;
  job_book book_;
  std::map<std::uint64_t, job> jobs_; // those of the book
};

} // namespace troupe::crawl
