// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/crawl/fault.hpp"

namespace troupe::crawl {

/// Why a response is not there to its end.
enum class truncation : std::uint8_t { none, length, time, disconnect, unspecified };

/// One exchange with a server as it went over the network, kept only where an output asks for it.
struct exchange_record {
  std::int64_t began_unix_ms = 0;
  std::string address;                        ///< of the server; "" where a proxy was in between
  std::string request;                        ///< as sent, but for the lines that authorize
  std::string header;                         ///< status line to empty line; "": no response came
  std::shared_ptr<const std::string> payload; ///< compressed if it came so; chunks joined
  std::string chunks;                         ///< the body as received, if it came in chunks
  truncation cut = truncation::none;

  /// Returns: the response's body, byte by byte as received.
  std::string_view body() const {
    return !chunks.empty() ? chunks : payload ? *payload : std::string_view{};
  }
  std::uint64_t bytes() const {
    return request.size() + header.size() + chunks.size() + (payload ? payload->size() : 0);
  }
};

/// What a server gives along with a page, to be asked later whether it is still that one (RFC 9110,
/// 8.8). As sent; "" where there is none.
struct validators {
  std::string etag, last_modified;
  bool empty() const { return etag.empty() && last_modified.empty(); }
  friend bool operator==(const validators&, const validators&) = default;
};

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
  std::string link;                        ///< Link, likewise
  validators now;                          ///< ETag and Last-Modified, as sent
  std::vector<std::string> set_cookies;    ///< headers, as sent; the client takes them out again
  std::shared_ptr<const std::string> body; ///< after decompression; null if there is none
  std::uint64_t wire_bytes = 0;            ///< body bytes as they crossed the network
  std::chrono::milliseconds took{0};
  /// Of a 304: the page as it was, as to_bytes() (final_page.hpp) made it; null where nobody asked.
  std::shared_ptr<const std::string> earlier;
  std::shared_ptr<const exchange_record> record; ///< null unless the client was told to make them
  std::string address; ///< that the connection went to; "" behind a proxy, and unless it is wanted
};

} // namespace troupe::crawl
