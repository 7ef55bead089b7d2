// SPDX-License-Identifier: BSD-3-Clause
//
// How the crawler's domain values travel inside messages. The values themselves know nothing of it.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "domain/crawl/page.hpp"
#include "domain/crawl/plan.hpp"
#include "runtime/port.hpp"

namespace troupe::crawl {

TROUPE_INSPECT_ENUM(fault)

/// A url travels as its text; its borders are found again on arrival.
template <class Inspector>
auto inspect(Inspector& f, url& x) {
  return runtime::fields_as(
      f, [&x] { return x.str(); },
      [&x](std::string text) { x = url::from_normalized(std::move(text)); });
}

template <class Inspector>
auto inspect(Inspector& f, page_job& x) {
  using runtime::field;
  return runtime::fields(f, x, "page_job", field("id", x.id), field("target", x.target),
                         field("depth", x.depth), field("redirects", x.redirects),
                         field("attempt", x.attempt), field("last_hop", x.last_hop),
                         field("seed", x.seed));
}

template <class Inspector>
auto inspect(Inspector& f, page_row& x) {
  using runtime::field;
  return runtime::fields(
      f, x, "page_row", field("url", x.url), field("status", x.status), field("depth", x.depth),
      field("bytes", x.bytes), field("content_type", x.content_type), field("links", x.links),
      field("redirect_to", x.redirect_to), field("error", x.error), field("ms", x.ms));
}

template <class Inspector>
auto inspect(Inspector& f, item& x) {
  using runtime::field;
  return runtime::fields(f, x, "item", field("href", x.href), field("text", x.text));
}

template <class Inspector>
auto inspect(Inspector& f, crawl_counts& x) {
  using runtime::field;
  return runtime::fields(
      f, x, "crawl_counts", field("pages", x.pages), field("items", x.items),
      field("errors", x.errors), field("bytes", x.bytes), field("queued", x.queued),
      field("in_flight", x.in_flight), field("retried", x.retried),
      field("robots_denied", x.robots_denied), field("robots_unreachable", x.robots_unreachable),
      field("out_of_scope", x.out_of_scope), field("cut", x.cut), field("dropped", x.dropped));
}

template <class Inspector>
auto inspect(Inspector& f, crawl_summary& x) {
  using runtime::field;
  return runtime::fields(f, x, "crawl_summary", field("counts", x.counts),
                         field("by_status", x.by_status), field("seconds", x.seconds),
                         field("interrupted", x.interrupted), field("output_error", x.output_error),
                         field("first_error", x.first_error));
}

template <class Inspector>
auto inspect(Inspector& f, page_result& x) {
  using runtime::field;
  runtime::maybe redirect{x.redirect};
  runtime::maybe retry_after{x.retry_after};
  return runtime::fields(f, x, "page_result", field("row", x.row), field("links", x.links),
                         field("items", x.items), field("redirect", redirect),
                         field("retry_after", retry_after), field("cut", x.cut));
}

} // namespace troupe::crawl
