// SPDX-License-Identifier: BSD-3-Clause
//
//   supervisor -- starts --> sink, robots keeper, coordinator, progress, parsers, fetchers
//   fetcher i has its pages read by parser i mod parsers
//
// A parser that dies is replaced, and its fetchers are told; a fetcher that dies is replaced, and
// the coordinator hands its page out again (it watches them itself). The coordinator, the sink and
// the robots keeper hold what cannot be made again: if one of them dies the crawl ends and says so.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "actors/crawl/ports.hpp"
#include "messages/crawl.hpp"
#include "runtime/mail.hpp"

namespace troupe::crawl {

/// Starts the crew of one crawl, replaces workers that die, ends all when the crawl has ended.
class supervisor {
public:
  static constexpr const char* name = "supervisor";
  /// Takes: `ended`, called once, inside this actor, when everything is written.
  supervisor(supervisor_actor::pointer self, crawl_plan plan, crawl_ports ports, crew_limits crew,
             std::function<void(crawl_summary)> ended);
  ~supervisor();
  supervisor(const supervisor&) = delete;
  supervisor& operator=(const supervisor&) = delete;
  supervisor_actor::behavior_type make_behavior();

private:
  void start_parser(std::size_t i);
  void start_fetcher(std::size_t i);
  template <class Handle>
  void must_live(const Handle& who, const char* what);
  bool may_restart(const char* what);
  void end(crawl_summary summary);

  supervisor_actor::pointer self_;
  crawl_plan plan_;
  crawl_ports ports_;
  crew_limits crew_;
  std::function<void(crawl_summary)> ended_;
  runtime::watcher watcher_;

  sink_actor sink_;
  robots_actor robots_;
  coordinator_actor coordinator_;
  progress_actor progress_;
  std::vector<parser_actor> parsers_;
  std::vector<fetcher_actor> fetchers_;
  std::uint32_t restarts_ = 0;
  std::string gave_up_; // why, once too many workers have died
  bool over_ = false;
};

} // namespace troupe::crawl
