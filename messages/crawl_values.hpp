// SPDX-License-Identifier: BSD-3-Clause
//
// How the crawler's domain values travel inside messages. The values themselves know nothing of it.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

#include "domain/crawl/page.hpp"
#include "domain/crawl/plan.hpp"
#include "domain/crawl/robots.hpp"
#include "domain/crawl/standstill.hpp"
#include "runtime/port.hpp"

namespace troupe::crawl {

TROUPE_INSPECT_ENUM(fault)

TROUPE_INSPECT_ENUM(scope_kind)
TROUPE_INSPECT_ENUM(extract_kind)
TROUPE_INSPECT_ENUM(sitemap_use)

/// A url travels as its text, and behind a line end, which is in no URL, its credentials; its
/// borders are found again on arrival.
template <class Inspector>
auto inspect(Inspector& f, url& x) {
  return runtime::fields_as(
      f, [&x] { return x.credentials().empty() ? x.str() : x.str() + '\n' + x.credentials(); },
      [&x](std::string text) {
        const auto end = text.find('\n');
        auto credentials = end == std::string::npos ? std::string{} : text.substr(end + 1);
        text.resize(std::min(end, text.size()));
        x = url::from_normalized(std::move(text), std::move(credentials));
      });
}

template <class Inspector>
auto inspect(Inspector& f, page_job& x) {
  using runtime::field;
  return runtime::fields(
      f, x, "page_job", field("id", x.id), field("target", x.target), field("depth", x.depth),
      field("redirects", x.redirects), field("attempt", x.attempt), field("last_hop", x.last_hop),
      field("seed", x.seed), field("sitemap", x.sitemap), field("digest", x.digest));
}

template <class Inspector>
auto inspect(Inspector& f, page_row& x) {
  using runtime::field;
  return runtime::fields(
      f, x, "page_row", field("url", x.url), field("status", x.status), field("depth", x.depth),
      field("bytes", x.bytes), field("content_type", x.content_type), field("links", x.links),
      field("redirect_to", x.redirect_to), field("error", x.error), field("ms", x.ms),
      field("canonical", x.canonical), field("duplicate_of", x.duplicate_of));
}

template <class Inspector>
auto inspect(Inspector& f, body_digest& x) {
  using runtime::field;
  return runtime::fields(f, x, "body_digest", field("first", x.first), field("second", x.second));
}

template <class Inspector>
auto inspect(Inspector& f, item& x) {
  using runtime::field;
  return runtime::fields(f, x, "item", field("href", x.href), field("text", x.text));
}

template <class Inspector>
auto inspect(Inspector& f, page_link& x) {
  using runtime::field;
  return runtime::fields(f, x, "page_link", field("target", x.target),
                         field("nofollow", x.nofollow));
}

template <class Inspector>
auto inspect(Inspector& f, limits& x) {
  using runtime::field;
  return runtime::fields(
      f, x, "limits", field("pages_max", x.pages_max), field("bytes_max", x.bytes_max),
      field("depth_max", x.depth_max), field("queue_urls_max", x.queue_urls_max),
      field("concurrency", x.concurrency), field("per_host", x.per_host),
      field("delay_ms", x.delay_ms), field("crawl_delay_ms_max", x.crawl_delay_ms_max),
      field("per_ip", x.per_ip), field("ip_delay_ms", x.ip_delay_ms),
      field("autothrottle", x.autothrottle), field("autothrottle_target", x.autothrottle_target),
      field("autothrottle_delay_ms_max", x.autothrottle_delay_ms_max),
      field("robots_in_flight_max", x.robots_in_flight_max), field("obey_robots", x.obey_robots),
      field("sitemaps", x.sitemaps), field("sitemap_urls_max", x.sitemap_urls_max),
      field("sitemap_bytes_max", x.sitemap_bytes_max),
      field("sitemap_depth_max", x.sitemap_depth_max),
      field("sitemaps_per_host_max", x.sitemaps_per_host_max),
      field("mark_duplicates", x.mark_duplicates), field("duplicates_max", x.duplicates_max),
      field("connect_ms_max", x.connect_ms_max), field("header_ms_max", x.header_ms_max),
      field("body_ms_max", x.body_ms_max), field("body_bytes_max", x.body_bytes_max),
      field("header_bytes_max", x.header_bytes_max), field("robots_bytes_max", x.robots_bytes_max),
      field("redirects_max", x.redirects_max), field("retries_max", x.retries_max),
      field("retry_base_ms", x.retry_base_ms), field("retry_ms_max", x.retry_ms_max),
      field("page_attempts_max", x.page_attempts_max), field("page_losses_max", x.page_losses_max),
      field("url_bytes_max", x.url_bytes_max), field("links_per_page_max", x.links_per_page_max),
      field("items_per_page_max", x.items_per_page_max), field("item_bytes_max", x.item_bytes_max),
      field("seed", x.seed));
}

template <class Inspector>
auto inspect(Inspector& f, extract_spec& x) {
  return runtime::fields(f, x, "extract_spec", runtime::field("how", x.how),
                         runtime::field("expression", x.expression),
                         runtime::field("links", x.links));
}

template <class Inspector>
auto inspect(Inspector& f, crawl_plan& x) {
  using runtime::field;
  return runtime::fields(f, x, "crawl_plan", field("seeds", x.seeds), field("sitemaps", x.sitemaps),
                         field("scope", x.scope), field("bounds", x.bounds),
                         field("extract", x.extract), field("user_agent", x.user_agent));
}

template <class Inspector>
auto inspect(Inspector& f, robots_outcome& x) {
  using runtime::field;
  return runtime::fields(f, x, "robots_outcome", field("status", x.status), field("error", x.error),
                         field("detail", x.detail), field("text", x.text), field("moved", x.moved),
                         field("address", x.address));
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
                         field("first_error", x.first_error), field("reason", x.reason));
}

/// Its record stays in the process, as a page's bytes do.
template <class Inspector>
auto inspect(Inspector& f, page_result& x) {
  using runtime::field;
  runtime::maybe redirect{x.redirect};
  runtime::maybe retry_after{x.retry_after};
  return runtime::fields(f, x, "page_result", field("row", x.row), field("links", x.links),
                         field("sitemaps", x.sitemaps), field("items", x.items),
                         field("all_links", x.all_links), field("redirect", redirect),
                         field("retry_after", retry_after), field("cut", x.cut),
                         field("digest", x.digest), field("address", x.address));
}

TROUPE_INSPECT_ENUM(wait_reason)

template <class Inspector>
auto inspect(Inspector& f, host_state& x) {
  using runtime::field;
  runtime::maybe next_in{x.next_in};
  return runtime::fields(f, x, "host_state", field("host", x.host), field("queued", x.queued),
                         field("in_flight", x.in_flight), field("why", x.why),
                         field("next_in", next_in), field("delay_ms", x.delay_ms));
}

template <class Inspector>
auto inspect(Inspector& f, reason_count& x) {
  using runtime::field;
  runtime::maybe first_in{x.first_in};
  return runtime::fields(f, x, "reason_count", field("why", x.why), field("count", x.count),
                         field("first_in", first_in));
}

template <class Inspector>
auto inspect(Inspector& f, standstill& x) {
  using runtime::field;
  return runtime::fields(f, x, "standstill", field("told", x.told), field("reasons", x.reasons),
                         field("hosts", x.hosts), field("hosts_in_all", x.hosts_in_all));
}

} // namespace troupe::crawl
