// SPDX-License-Identifier: BSD-3-Clause
//
//   supervisor -- starts --> sink, robots keeper, coordinator, progress, parsers, fetchers, and a
//                            bookkeeper if the crawl is to survive this process
//
// Workers that die are replaced (hands.hpp); the coordinator hands their pages out again, because
// it watches them itself. The coordinator, the sink and the robots keeper hold what cannot be made
// again: if one of them dies the crawl ends and says so.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "actors/crawl/hands.hpp"
#include "actors/crawl/ports.hpp"
#include "io/crawl/crawl_book.hpp"
#include "messages/crawl.hpp"
#include "messages/crawl_keep.hpp"
#include "runtime/mail.hpp"

namespace troupe::crawl {

/// Starts the crew of one crawl, replaces workers that die, ends all when the crawl has ended.
class supervisor {
public:
  static constexpr const char* name = "supervisor";
  /// Takes: `ended`, called once, inside this actor, when everything is written; `book`, where
  /// final pages are kept, and what is in it is gone on from; `rows`, how many of these the output
  /// has.
  supervisor(supervisor_actor::pointer self, crawl_plan plan, crawl_ports ports, crew_limits crew,
             std::function<void(crawl_summary)> ended,
             std::shared_ptr<io::crawl_book> book = nullptr, std::uint64_t rows = 0);
  ~supervisor();
  supervisor(const supervisor&) = delete;
  supervisor& operator=(const supervisor&) = delete;
  supervisor_actor::behavior_type make_behavior();

private:
  template <class Handle>
  void must_live(const Handle& who, const char* what);
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
  std::shared_ptr<io::crawl_book> book_;
  std::uint64_t rows_;
  keeper_actor keeper_; // if there is a book
  hands<supervisor_actor::pointer> hands_;
  std::string gave_up_; // why, once too many workers have died
  bool over_ = false;
};

} // namespace troupe::crawl
