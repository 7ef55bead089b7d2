// SPDX-License-Identifier: BSD-3-Clause
#include <array>
#include <cassert>

#include "domain/crawl/frontier_impl.hpp"

namespace troupe::crawl {

namespace {
using access = host_queues::access;
} // namespace

bool frontier::add_seed(const url& seed) {
  if (seed.empty())
    return false;
  impl_->area.add_seed(seed);
  impl_->urls.settle();
  pending_page page;
  page.seed = true;
  const bool fresh = impl_->offer(seed, impl_->urls.hash(seed.str()), page) == impl::offered::fresh;
  impl_->note_seed_origin(seed);
  return fresh;
}

frontier::impl::offered frontier::impl::offer(const url& u, url_store::hash_value hash,
                                              pending_page page) {
  const std::string& text = u.str();
  if (text.size() > bounds.url_bytes_max) {
    ++counts.dropped;
    return offered::dropped;
  }
  if (urls.size() >= bounds.queue_urls_max || urls.full()) {
    if (urls.contains(text, hash))
      return offered::known;
    ++counts.dropped;
    return offered::dropped;
  }
  const auto id = urls.insert(text, hash);
  if (!id)
    return offered::known;
  page.where = *id;
  admit(hosts.lane_of(u), u, page);
  return offered::fresh;
}

void frontier::impl::admit(lane_id lane, const url& u, const pending_page& page) {
  if (!bounds.obey_robots && hosts.access_of(lane) == access::unasked)
    hosts.open(lane, nullptr);
  switch (hosts.access_of(lane)) {
  case access::shut:
    return;
  case access::unasked:
    hosts.want(lane);
    robots_wanted.push_back(lane);
    break;
  case access::open:
    if (forbidden(lane, u, page))
      return;
    break;
  case access::wanted:
  case access::asked:
    break;
  }
  if (!u.credentials().empty())
    with_credentials.emplace(page.where, u);
  ++counts.queued;
  hosts.push_back(lane, page);
}

void frontier::impl::follow(const pending_page& from, const page_result& result) {
  if (result.redirect)
    follow_redirect(from, *result.redirect);
  if (from.sitemap)
    follow_sitemap(from, result);
  else if (from.depth < bounds.depth_max)
    follow_all(result.links, from.depth + 1);
}

/// Most links of most pages are known: looked up together, they wait for memory together.
void frontier::impl::follow_all(std::span<const url> links, std::uint32_t depth) {
  constexpr std::size_t together = 32;
  for (std::size_t at = 0; at < links.size(); at += together)
    follow_links(links.subspan(at, std::min(together, links.size() - at)), depth);
}

/// Takes: up to 32 links.
void frontier::impl::follow_links(std::span<const url> links, std::uint32_t depth) {
  std::array<url_store::hash_value, 32> hashes;
  assert(links.size() <= hashes.size());
  urls.settle();
  for (std::size_t i = 0; i < links.size(); ++i)
    hashes[i] = urls.hash(links[i].str());
  urls.prepare({hashes.data(), links.size()});
  pending_page page;
  page.depth = depth;
  for (std::size_t i = 0; i < links.size(); ++i) {
    const url& link = links[i];
    if (link.empty() || urls.contains(link.str(), hashes[i]))
      continue;
    if (area.contains(link))
      offer(link, hashes[i], page);
    else
      ++counts.out_of_scope;
  }
}

void frontier::impl::follow_redirect(const pending_page& from, const url& target) {
  if (target.empty())
    return;
  if (from.seed) {
    area.add_seed(target);
    note_seed_origin(target);
  }
  urls.settle();
  const auto hash = urls.hash(target.str());
  if (urls.contains(target.str(), hash))
    return;
  if (!may_lead_to(from, target)) {
    ++counts.out_of_scope;
    return;
  }
  if (from.redirects >= bounds.redirects_max) {
    ++counts.dropped;
    return;
  }
  pending_page page;
  page.depth = from.depth;
  page.redirects = one_more(from.redirects);
  page.seed = from.seed;
  page.sitemap = from.sitemap;
  offer(target, hash, page);
}

// -- what robots.txt says

/// Counts it if it is.
bool frontier::impl::forbidden(lane_id lane, const url& u, const pending_page& page) {
  const robots_rules* rules = hosts.rules_of(lane);
  if (!rules || rules->allows(u.target()))
    return false;
  ++counts.robots_denied;
  note_denied(page, u, rules->check(u.target()).rule);
  return true;
}

void frontier::impl::note_denied(const pending_page& page, const url& u, std::string_view why) {
  if (!page.seed || !denied_seed.empty())
    return;
  denied_seed = u.str();
  if (!why.empty())
    denied_seed.append(" (").append(why).append(")");
}

void frontier::robots_known(const std::string& origin, std::shared_ptr<const robots_rules> rules,
                            bool unreachable) {
  impl& my = *impl_;
  const auto lane = my.hosts.find_lane(origin);
  if (!lane || my.hosts.access_of(*lane) != access::asked)
    return;
  --my.robots_in_flight;
  std::erase(my.robots_asked, *lane);
  const std::string why = rules ? rules->why() : robots_rules::disallow_all().why();
  if (unreachable) {
    ++my.counts.robots_unreachable;
    my.hosts.shut(*lane);
  } else {
    my.hosts.open(*lane, rules);
  }
  my.hosts.remove_if(*lane, [&](const pending_page& page) {
    const url u = my.url_of(page.where);
    if (unreachable)
      my.note_denied(page, u, why);
    const bool out = unreachable || my.forbidden(*lane, u, page);
    if (out) {
      --my.counts.queued;
      my.with_credentials.erase(page.where);
    }
    return out;
  });
  if (!unreachable)
    my.announce(*lane, rules.get());
}

void frontier::address_known(const std::string& origin, std::string_view address) {
  if (address.empty())
    return;
  if (const auto lane = impl_->hosts.find_lane(origin))
    impl_->hosts.found_at(*lane, address);
}

// -- an earlier life

bool frontier::restore(const page_job& job, const page_result& result,
                       std::span<const url> announced) {
  impl& my = *impl_;
  for (const url& u : announced)
    my.offer_sitemap(u, 0);
  const auto where = static_cast<url_store::id>(job.id - 1);
  if (job.id == 0 || where + std::uint64_t{1} != job.id || job.target.empty()
      || !my.urls.holds(where, job.target.str()) || !my.restored.insert(where).second)
    return false;
  ++my.begun;
  my.count_final(result);
  pending_page page;
  page.where = where;
  page.depth = job.depth;
  page.redirects =
      static_cast<std::uint16_t>(std::min<std::uint32_t>(job.redirects, my.bounds.redirects_max));
  page.seed = job.seed;
  page.sitemap = job.sitemap;
  my.mark(where, result.digest);
  my.follow(page, result);
  return true;
}

/// Each is in a queue, since nothing was handed out yet.
void frontier::impl::take_out_restored() {
  hosts.remove_everywhere([this](const pending_page& page) {
    const bool out = restored.contains(page.where);
    if (out) {
      --counts.queued;
      with_credentials.erase(page.where);
    }
    return out;
  });
  restored.clear();
}

} // namespace troupe::crawl
