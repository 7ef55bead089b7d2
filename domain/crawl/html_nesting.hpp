// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string_view>

namespace troupe::crawl {

/// How one element's tags act on the elements that are open around them, in libxml2's HTML parser.
struct nesting {
  std::uint32_t kind = 0;     ///< the bit that stands for it in `ends`; 0: no start tag ends it
  std::uint32_t ends = 0;     ///< its start tag ends the innermost open element while that is one
  std::uint8_t priority = 10; ///< its end tag passes over open elements of no higher one
  bool empty = false;         ///< ended by its start tag, however that is written
  bool refused = false;       ///< what it does depends on more than that
};

/// Takes: a name in lower case. Returns: what is known of it; most elements, and all unknown ones,
/// end nothing and are ended by their own end tags.
/// Cost: as find_tag().
/// Source: the HTML 4.01 DTD's omitted end tags as libxml2 2.9.14 keeps them; html_scan_test holds
/// every pair to the library at hand.
const nesting& nesting_of(std::string_view name);

} // namespace troupe::crawl
