// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <span>

#include "domain/crawl/frontier_impl.hpp"

namespace troupe::crawl {

namespace {
using access = host_queues::access;
} // namespace

bool frontier::add_sitemap(const url& u) {
  impl_->sitemaps_named = true;
  return impl_->bounds.sitemaps != sitemap_use::never && impl_->offer_sitemap(u, 0);
}

std::vector<url> frontier::take_announced() { return std::exchange(impl_->announced, {}); }

/// Where robots.txt is not asked there is nobody to name any.
void frontier::impl::note_seed_origin(const url& seed) {
  if (bounds.sitemaps == sitemap_use::never || sitemaps_named)
    return;
  if (bounds.obey_robots)
    seed_origins.insert(hosts.lane_of(seed));
  else
    offer_sitemap(url::from_normalized(std::string{seed.origin()} + "/sitemap.xml"), 0);
}

/// Returns: whether it was new.
bool frontier::impl::offer_sitemap(const url& u, std::uint32_t depth) {
  if (u.empty())
    return false;
  urls.settle();
  const auto hash = urls.hash(u.str());
  if (urls.contains(u.str(), hash))
    return false;
  auto& there = sitemaps_at[hosts.lane_of(u) / 2];
  if (depth > bounds.sitemap_depth_max || there >= bounds.sitemaps_per_host_max) {
    ++counts.dropped;
    return false;
  }
  pending_page page;
  page.depth = depth;
  page.sitemap = true;
  const bool fresh = offer(u, hash, page) == offered::fresh;
  there += fresh ? 1 : 0;
  return fresh;
}

void frontier::impl::follow_sitemap(const pending_page& from, const page_result& result) {
  for (const url& u : result.sitemaps) {
    if (may_lead_to(from, u))
      offer_sitemap(u, from.depth + 1);
    else
      ++counts.out_of_scope;
  }
  follow_all(result.links, 0);
}

/// What a sitemap leads to may be on its own host as well, wherever that is.
bool frontier::impl::may_lead_to(const pending_page& from, const url& target) {
  return area.contains(target) || (from.sitemap && url_of(from.where).host() == target.host());
}

/// Takes: the rules of a lane that is open, or null. Of a host to which the crawl came for a
/// sitemap alone robots.txt is not heeded here: it speaks of other sites.
void frontier::impl::announce(lane_id lane, const robots_rules* rules) {
  if (bounds.sitemaps == sitemap_use::never || sitemaps_named)
    return;
  const auto root = url::from_normalized(hosts.origin_of(lane) + "/");
  const bool of_seed = seed_origins.contains(lane);
  if (!of_seed && !area.contains(root))
    return;
  bool named = false;
  std::uint32_t there = 0; // a bound of one file's own: its lines may be of a host each
  const auto offer_one = [this](const url& u) {
    if (offer_sitemap(u, 0))
      announced.push_back(u);
  };
  if (rules)
    for (const auto& text : rules->sitemaps())
      if (const auto u = parse_url(text)) {
        named = true;
        if (there++ < bounds.sitemaps_per_host_max)
          offer_one(*u);
        else
          ++counts.dropped;
      }
  if (!named && of_seed)
    offer_one(url::from_normalized(root.str() + "sitemap.xml"));
}

} // namespace troupe::crawl
