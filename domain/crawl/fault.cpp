// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/fault.hpp"

namespace troupe::crawl {

std::string_view to_string(fault f) {
  switch (f) {
  case fault::none:
    return "";
  case fault::dns_failed:
    return "dns_failed";
  case fault::connect_refused:
    return "connect_refused";
  case fault::connect_timeout:
    return "connect_timeout";
  case fault::tls_failed:
    return "tls_failed";
  case fault::header_timeout:
    return "header_timeout";
  case fault::body_timeout:
    return "body_timeout";
  case fault::connection_lost:
    return "connection_lost";
  case fault::bad_response:
    return "bad_response";
  case fault::header_too_large:
    return "header_too_large";
  case fault::body_too_large:
    return "body_too_large";
  case fault::bad_encoding:
    return "bad_encoding";
  case fault::proxy_failed:
    return "proxy_failed";
  case fault::redirect_bad:
    return "redirect_bad";
  case fault::redirect_limit:
    return "redirect_limit";
  case fault::worker_lost:
    return "worker_lost";
  case fault::canceled:
    return "canceled";
  case fault::address_refused:
    return "address_refused";
  case fault::bad_sitemap:
    return "bad_sitemap";
  case fault::not_modified_unasked:
    return "not_modified_unasked";
  }
  return "unknown";
}

} // namespace troupe::crawl
