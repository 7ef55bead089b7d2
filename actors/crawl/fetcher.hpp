// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include <caf/actor_clock.hpp>

#include "actors/crawl/ports.hpp"
#include "messages/crawl.hpp"

namespace troupe::crawl {

/// One pair of hands: fetches a page, has it read, reports, asks for the next. While a page waits
/// for the parser the next one is fetched, up to unread_pages_max; after that the parser sets the
/// pace.
///
/// A page whose parser died goes to a parser of its own, started for it alone: if that one dies
/// too, it was this page, and pages that merely waited in the same mailbox are not blamed for it. A
/// page that a parser is busy with for read_deadline is given up at once.
///
/// Known limits: a fetcher that dies leaves its HTTP request to run out, so that its host may see
/// one request more than per_host until then.
class fetcher {
public:
  static constexpr const char* name = "fetcher";
  fetcher(fetcher_actor::pointer self, coordinator_actor coordinator, parser_actor parser,
          crawl_ports ports, limits bounds, crew_limits crew);
  ~fetcher();
  fetcher(const fetcher&) = delete;
  fetcher& operator=(const fetcher&) = delete;
  fetcher_actor::behavior_type make_behavior();

private:
  struct unread {
    page_wanted wanted;
    fetched answer;
    std::uint32_t attempts = 0; // parsers that it was given to
    std::uint64_t reading = 0;  // the number of the last of them, among all that there were here
    parser_actor own;           // the one started for it alone, from the second attempt on
    caf::actor_clock::time_point since{}; // of the last reading
  };
  void answered(const page_fetched& x);
  void have_read(std::uint64_t id);
  void not_read(std::uint64_t id, std::uint64_t reading);
  void give_up(std::uint64_t id, std::uint64_t reading);
  void look_after(caf::timespan delay);
  void look();
  bool waits_for(std::uint64_t id, std::uint64_t reading) const;
  void report(std::uint64_t id, std::uint64_t grant, page_result result);
  void ask_for_more();

  fetcher_actor::pointer self_;
  coordinator_actor coordinator_;
  parser_actor parser_;
  crawl_ports ports_;
  limits bounds_;
  crew_limits crew_;
  std::optional<page_wanted> fetching_;
  std::uint64_t fetch_ended_ = 0;
  bool asked_ = false; // a want_page is out
  std::map<std::uint64_t, unread> unread_;
  std::uint64_t readings_ = 0;
  bool will_look_ = false; // a tick is on its way
};

} // namespace troupe::crawl
