// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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
  std::string write(const std::vector<row_and_items>& rows, bool flush);
  std::string write_whole(const std::vector<row_and_items>& rows, bool flush);

  sink_actor::pointer self_;
  crawl_ports ports_;
  crew_limits crew_;
  bool unflushed_ = false;
  std::uint64_t rows_ = 0;
  std::optional<row_and_items> begun_; // whose further items are on their way
};

} // namespace troupe::crawl
