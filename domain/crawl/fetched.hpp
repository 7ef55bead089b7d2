// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "domain/crawl/fault.hpp"

namespace troupe::crawl {

/// What came back for one URL. Values only; the body is one shared immutable buffer, so that it
/// passes from fetcher to parser without a copy.
struct fetched {
  int status = 0; ///< HTTP status; 0 if `error` struck before there was one
  fault error = fault::none;
  std::string detail;                      ///< a person's words for `error`: "connection refused"
  std::string content_type;                ///< header, as sent
  std::string location;                    ///< header, as sent
  std::string retry_after;                 ///< header, as sent; a date as seconds from then
  std::string robots_tag;                  ///< X-Robots-Tag, several joined with ", "
  std::shared_ptr<const std::string> body; ///< after decompression; null if there is none
  std::uint64_t wire_bytes = 0;            ///< body bytes as they crossed the network
  std::chrono::milliseconds took{0};
};

} // namespace troupe::crawl
