// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>

#include "actors/crawl/ports.hpp"
#include "messages/crawl.hpp"

namespace troupe::crawl {

/// Reads pages; all rules are in domain/crawl's page_reader. Keeps nothing from page to page, so
/// that a replacement carries on where it died.
class parser {
public:
  static constexpr const char* name = "parser";
  parser(parser_actor::pointer self, const crawl_ports& ports);
  parser_actor::behavior_type make_behavior();

private:
  std::function<page_result(const page_job&, const fetched&)> read_;
};

} // namespace troupe::crawl
