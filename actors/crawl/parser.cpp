// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/parser.hpp"

#include "messages/type_ids.hpp"

namespace troupe::crawl {

parser_actor::behavior_type parser::make_behavior() {
  return {
      [this](const read_page& x) -> caf::result<page_read> {
        return page_read{read_(x.job, x.answer)};
      },
  };
}

parser::parser(parser_actor::pointer, const crawl_ports& ports) : read_(ports.make_reader()) {}

} // namespace troupe::crawl
