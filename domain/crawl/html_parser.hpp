// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

namespace troupe::crawl {

/// Who takes a mended document apart; both find the same in it.
enum class html_parser : std::uint8_t {
  scanner, ///< html_scanner: quick, and not sure of every document
  libxml2, ///< its push parser
};

} // namespace troupe::crawl
