// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "domain/crawl/job_book.hpp"
#include "domain/crawl/plan.hpp"
#include "io/crawl/job_results.hpp"
#include "io/gateway/services.hpp"
#include "io/http/client.hpp"

namespace troupe::gateway {

/// One crawl as it stands, and where its rows are. The rows may be read and followed at any time,
/// also after the crawl was forgotten: they live as long as somebody holds them.
struct crawl_status {
  crawl::job_report job;
  std::shared_ptr<io::job_results> results; ///< never null
};

/// What a crawl service says.
struct crawl_answer {
  fault error = fault::none;        ///< overloaded: as many crawls run and wait as may
  std::vector<crawl_status> crawls; ///< the one that was asked for, or all; none: no such crawl
};

/// Runs crawls that were asked for from outside: some at a time, the others wait, those that have
/// ended are kept until newer ones need their places. All are gone when the service ends.
class crawl_service : public service {
public:
  /// Answer: the new crawl. Takes: a plan whose expression is good (crawl::check_extract).
  virtual canceler start(crawl::crawl_plan plan, callback<crawl_answer> done) = 0;
  /// Answer: all, the oldest first.
  virtual canceler list(callback<crawl_answer> done) = 0;
  virtual canceler look(std::uint64_t id, callback<crawl_answer> done) = 0;
  /// Cancels a crawl that waits or runs: its rows so far stay. Forgets one that has ended. Answer:
  /// the crawl as it stood before.
  virtual canceler drop(std::uint64_t id, callback<crawl_answer> done) = 0;
};

/// How a service of any engine is set up.
struct crawl_service_options {
  crawl::job_limits bounds;
  std::string folder;                          ///< for rows; "": the system's for temporary files
  std::uint64_t results_bytes_max = 64u << 20; ///< rows of one crawl; there it ends
  io::http_options http;                       ///< who may be reached is in its `addresses`
};

} // namespace troupe::gateway
