// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "actors/crawl/ports.hpp"
#include "messages/crawl.hpp"

namespace troupe::crawl {

/// Knows robots.txt: fetches each origin's once, however many ask, and remembers the rules.
class robots_keeper {
public:
  static constexpr const char* name = "robots_keeper";
  robots_keeper(robots_actor::pointer self, crawl_ports ports);
  robots_actor::behavior_type make_behavior();

private:
  using promise = caf::typed_response_promise<robots_known>;
  void learned(const robots_known& x);

  robots_actor::pointer self_;
  crawl_ports ports_;
  std::unordered_map<std::string, robots_known> known_;
  std::unordered_map<std::string, std::vector<promise>> asked_;
};

} // namespace troupe::crawl
