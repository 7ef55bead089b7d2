// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/plan.hpp"

#include <cstdint>
#include <string>

namespace troupe::crawl {

namespace {

constexpr limits usual;

struct bound {
  const char* name;
  std::uint64_t value, least, most;
};

} // namespace

std::string check_user_agent(const std::string& user_agent) {
  for (const unsigned char c : user_agent)
    if (c < 0x20 || c == 0x7f)
      return "one line of printable characters";
  return user_agent.size() > usual.header_bytes_max ? "shorter" : "";
}

// What no option sets may be as it usually is or less, unless less would mean more.
std::string check_plan(const crawl_plan& plan) {
  constexpr std::uint64_t hour_ms = 3'600'000;
  constexpr std::uint32_t any = 0xffffffffu;
  const auto& b = plan.bounds;
  using most = plan_bounds;
  for (const auto& x : {
           bound{"concurrency", b.concurrency, 1, most::concurrency_max},
           bound{"per_host", b.per_host, 1, most::per_host_max},
           bound{"delay_ms", b.delay_ms, 0, most::delay_ms_max},
           bound{"per_ip", b.per_ip, 0, most::per_ip_max},
           bound{"ip_delay_ms", b.ip_delay_ms, 0, most::delay_ms_max},
           bound{"autothrottle_delay_ms_max", b.autothrottle_delay_ms_max, 0, most::delay_ms_max},
           bound{"crawl_delay_ms_max", b.crawl_delay_ms_max, 0, most::delay_ms_max},
           bound{"robots_in_flight_max", b.robots_in_flight_max, 1, 1'024},
           bound{"connect_ms_max", b.connect_ms_max, 1, any},
           bound{"header_ms_max", b.header_ms_max, 1, any},
           bound{"body_ms_max", b.body_ms_max, 1, any},
           bound{"body_bytes_max", b.body_bytes_max, 1, std::uint64_t{1} << 62},
           bound{"header_bytes_max", b.header_bytes_max, 1, usual.header_bytes_max},
           bound{"robots_bytes_max", b.robots_bytes_max, 1, usual.robots_bytes_max},
           bound{"redirects_max", b.redirects_max, 0, 100},
           bound{"retries_max", b.retries_max, 0, most::retries_max},
           bound{"retry_base_ms", b.retry_base_ms, 0, hour_ms},
           bound{"retry_ms_max", b.retry_ms_max, 0, hour_ms},
           bound{"page_attempts_max", b.page_attempts_max, 1, 100},
           bound{"page_losses_max", b.page_losses_max, 0, 100},
           bound{"url_bytes_max", b.url_bytes_max, 1, 64u << 10},
           bound{"links_per_page_max", b.links_per_page_max, 0, usual.links_per_page_max},
           bound{"items_per_page_max", b.items_per_page_max, 0, usual.items_per_page_max},
           bound{"item_bytes_max", b.item_bytes_max, 0, usual.item_bytes_max},
           bound{"sitemaps", static_cast<std::uint64_t>(b.sitemaps), 0,
                 static_cast<std::uint64_t>(sitemap_use::only)},
           bound{"sitemap_urls_max", b.sitemap_urls_max, 0, usual.sitemap_urls_max},
           bound{"sitemap_bytes_max", b.sitemap_bytes_max, 0, usual.sitemap_bytes_max},
           bound{"sitemap_depth_max", b.sitemap_depth_max, 0, 100},
           bound{"duplicates_max", b.duplicates_max, 0, 100'000'000},
           bound{"named sitemaps", plan.sitemaps.size(), 0, most::named_sitemaps_max},
           bound{"scope", static_cast<std::uint64_t>(plan.scope), 0,
                 static_cast<std::uint64_t>(scope_kind::any)},
           bound{"extract", static_cast<std::uint64_t>(plan.extract.how), 0,
                 static_cast<std::uint64_t>(extract_kind::xpath)},
           bound{"expression", plan.extract.expression.size(), 0, 64u << 10},
       })
    if (x.value < x.least || x.value > x.most)
      return std::string{x.name} + " is " + std::to_string(x.value) + ", and not within "
             + std::to_string(x.least) + " and " + std::to_string(x.most);
  if (!(b.autothrottle_target >= most::autothrottle_target_min
        && b.autothrottle_target <= most::autothrottle_target_max))
    return "autothrottle_target is not within " + std::to_string(most::autothrottle_target_min)
           + " and " + std::to_string(most::autothrottle_target_max);
  for (const auto& u : plan.sitemaps)
    if (const auto wrong = check_seed(u, b); !wrong.empty())
      return "of the sitemaps named, " + wrong;
  if (const auto wrong = check_user_agent(plan.user_agent); !wrong.empty())
    return "the User-Agent must be " + wrong;
  return check_extract(plan.extract);
}

std::string check_seed(const url& seed, const limits& bounds) {
  if (seed.str().size() > bounds.url_bytes_max)
    return "a seed is longer than " + std::to_string(bounds.url_bytes_max) + " bytes";
  const auto again = parse_url(seed.str());
  return again && *again == seed ? "" : "a seed is no URL";
}

void add_row(crawl_summary& sum, const page_row& row) {
  ++sum.by_status[row.status];
  if (row.status == 304 && row.error == fault::none)
    ++sum.unchanged;
  // A seed and what it redirects to are at depth 0, and besides only what sitemaps bring.
  if (row.error != fault::none && row.depth == 0 && sum.first_error.empty())
    sum.first_error = row.url + ": " + std::string(to_string(row.error));
}

} // namespace troupe::crawl
