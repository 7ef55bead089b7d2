// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "domain/crawl/page.hpp"
#include "messages/crawl.hpp"

namespace troupe::crawl {

/// Reads pages: all rules are in domain/crawl/page_reader. Has no memory from page to page, so that
/// a replacement carries on where it died.
class parser {
public:
  static constexpr const char* name = "parser";
  parser(parser_actor::pointer self, extract_spec what, limits bounds);
  parser_actor::behavior_type make_behavior();

private:
  page_reader reader_;
};

} // namespace troupe::crawl
