// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "actors/crawl/ports.hpp"
#include "messages/crawl_far.hpp"
#include "messages/crawl_keep.hpp"
#include "runtime/mail.hpp"

namespace troupe::crawl {

/// One crawl at the coordinator's process: its coordinator and its robots desk, for a customer
/// whose sink gets the rows. Ends when they are done, when one of them dies, and when the customer
/// is gone.
class steward {
public:
  static constexpr const char* name = "steward";
  /// Takes: `id`, under which the head knows it; `plan`, checked.
  steward(steward_actor::pointer self, crawl_head_actor head, std::uint64_t id, crawl_plan plan,
          sink_actor sink, customer_actor customer, crew_limits crew, keeping keep);
  ~steward();
  steward(const steward&) = delete;
  steward& operator=(const steward&) = delete;
  steward_actor::behavior_type make_behavior();

private:
  void team_came(const foreman_ready& x);
  void tell_teams();
  template <class Handle>
  void must_live(const Handle& who, const char* what);
  void end(crawl_summary summary);

  steward_actor::pointer self_;
  crawl_head_actor head_;
  std::uint64_t id_;
  crawl_plan plan_;
  sink_actor sink_;
  customer_actor customer_;
  crew_limits crew_;
  keeping keep_;
  runtime::watcher watcher_;
  robots_desk_actor desk_;
  coordinator_actor coordinator_;
  std::size_t teams_ = 0;
  bool over_ = false;
};

} // namespace troupe::crawl
