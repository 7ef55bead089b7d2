// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string_view>

namespace troupe::crawl {

/// Why a page could not be had. HTTP statuses are not faults: a 404 is an answer.
/// The names are what `error` shows in pages.jsonl; they never change once released.
enum class fault : std::uint8_t {
  none = 0,
  dns_failed,       ///< the host name does not resolve
  connect_refused,  ///< nobody listens, or the network is unreachable
  connect_timeout,  ///< no connection within `connect_ms_max`
  tls_failed,       ///< handshake or certificate verification failed
  header_timeout,   ///< no complete response header within `header_ms_max`
  body_timeout,     ///< the body stalled or took longer than `body_ms_max`
  connection_lost,  ///< reset or closed in the middle of a response
  bad_response,     ///< not HTTP/1.x, bad framing, contradicting lengths
  header_too_large, ///< header above `header_bytes_max`
  body_too_large,   ///< body above `body_bytes_max`, before or after decompression
  bad_encoding,     ///< gzip/deflate/br data that does not decode
  proxy_failed,     ///< the proxy refused or could not reach the host
  redirect_bad,     ///< 3xx whose Location is missing or no http(s) URL
  redirect_limit,   ///< more than `redirects_max` hops in a row
  worker_lost,      ///< the worker died on this page `page_attempts_max` times
  canceled,         ///< the crawl was stopped before the answer came
  address_refused,  ///< the host has only addresses that this crawl may not reach (address_rule)
  bad_sitemap,      ///< no sitemap, or it ends in a fault: what stood before that is used
  not_modified_unasked, ///< a 304 to a request that had no condition in it
};

/// Returns: the enumerator's name ("dns_failed"); "" for none.
std::string_view to_string(fault f);

} // namespace troupe::crawl
