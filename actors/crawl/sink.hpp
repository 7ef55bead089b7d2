// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "actors/crawl/ports.hpp"
#include "messages/crawl.hpp"

namespace troupe::crawl {

/// Writes finished rows. Sees to it that a row is with the operating system a second after it came,
/// so that one can watch the files grow.
class sink {
public:
  static constexpr const char* name = "sink";
  sink(sink_actor::pointer self, crawl_ports ports, crew_limits crew);
  sink_actor::behavior_type make_behavior();

private:
  sink_actor::pointer self_;
  crawl_ports ports_;
  crew_limits crew_;
  bool unflushed_ = false;
};

} // namespace troupe::crawl
