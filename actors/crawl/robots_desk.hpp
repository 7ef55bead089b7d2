// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include <caf/typed_response_promise.hpp>

#include "actors/crawl/ports.hpp"
#include "domain/crawl/plan.hpp"
#include "messages/crawl_far.hpp"
#include "runtime/mail.hpp"

namespace troupe::crawl {

/// A robots keeper whose files are fetched by whoever takes part in the crawl, in turn; the
/// coordinator's own process needs no way out. What comes back is made into rules here.
///
///   robots_wanted -> one foreman is asked; if he is lost, or cannot, another; without any it waits
///   no answer within robots_deadline -> robots.txt could not be had
class robots_desk {
public:
  static constexpr const char* name = "robots_desk";
  robots_desk(robots_desk_actor::pointer self, std::string user_agent, limits bounds,
              crew_limits crew);
  robots_desk_actor::behavior_type make_behavior();

private:
  struct question {
    std::string origin;
    caf::typed_response_promise<robots_known> promise;
    foreman_actor whom; // who has been asked
  };
  void ask(question q);
  void ask_those_that_wait();
  void lost(const foreman_actor& who);
  void answer(std::uint64_t number, const robots_outcome& outcome);

  robots_desk_actor::pointer self_;
  std::string user_agent_;
  limits bounds_;
  crew_limits crew_;
  runtime::watcher watcher_;
  std::vector<foreman_actor> foremen_;
  std::size_t turn_ = 0;
  std::deque<question> waiting_;            // for a foreman
  std::map<std::uint64_t, question> asked_; // of one who goes nobody says that he will not answer
  std::uint64_t next_ = 1;
};

} // namespace troupe::crawl
