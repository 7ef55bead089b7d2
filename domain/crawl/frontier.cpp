// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/frontier.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <deque>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "domain/crawl/host_queues.hpp"
#include "domain/crawl/retry.hpp"
#include "domain/crawl/url_store.hpp"

namespace troupe::crawl {

namespace {

using std::chrono::milliseconds;
using lane_id = host_queues::lane_id;
using access = host_queues::access;

/// Every attempt of every page draws a number of its own, whatever the order they end in.
std::uint64_t draw_for(std::uint64_t seed, std::uint64_t id, std::uint32_t attempt) {
  std::uint64_t z = seed + id * 0x9e3779b97f4a7c15ull + attempt * 0xd1342543de82ef95ull;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

std::uint16_t one_more(std::uint16_t n) {
  return n == std::numeric_limits<std::uint16_t>::max() ? n : static_cast<std::uint16_t>(n + 1);
}

/// Zero would be a crawl that can never go on; larger than a field could not be counted.
limits usable(limits b) {
  constexpr std::uint32_t counter_max = std::numeric_limits<std::uint16_t>::max() - 1;
  constexpr std::uint32_t loss_max = std::numeric_limits<std::uint8_t>::max();
  b.concurrency = std::max(b.concurrency, 1u);
  b.robots_in_flight_max = std::max(b.robots_in_flight_max, 1u);
  b.page_attempts_max = std::clamp(b.page_attempts_max, 1u, loss_max);
  b.page_losses_max = std::min(b.page_losses_max, loss_max - 1);
  b.redirects_max = std::min(b.redirects_max, counter_max);
  b.retries_max = std::min(b.retries_max, counter_max);
  b.url_bytes_max = std::min<std::uint32_t>(b.url_bytes_max, url_store::text_bytes_max);
  return b;
}

} // namespace

struct frontier::impl {
  struct flight {
    pending_page page;
    lane_id lane;
    bool connected = true;
  };
  enum class offered : std::uint8_t { fresh, known, dropped };

  impl(const limits& b, scope_kind kind, std::unique_ptr<text_spill> spill)
      : bounds(usable(b)), area(kind),
        urls({b.seed, 0}, b.frontier_memory_bytes_max, b.frontier_file_bytes_max, std::move(spill)),
        hosts(bounds, urls.key()) {}

  step next(instant now, const host_preference& prefers);
  step hand_out(const host_queues::taken& work);
  bool pages_left() const { return bounds.pages_max == 0 || begun < bounds.pages_max; }
  bool ended() const {
    return stopped || (bounds.bytes_max != 0 && counts.bytes >= bounds.bytes_max)
           || !urls.failure().empty();
  }

  offered offer(const url& u, url_store::hash_value hash, pending_page page);
  void follow_links(std::span<const url> links, std::uint32_t depth);
  void admit(lane_id lane, const url& u, const pending_page& page);
  bool forbidden(lane_id lane, const url& u, const pending_page& page);
  void note_denied(const pending_page& page, const url& u, std::string_view why);
  void follow(const pending_page& from, const page_result& result);
  void follow_redirect(const pending_page& from, const url& target);

  flight release(std::uint64_t id);
  bool try_again(const flight& f, std::uint64_t id, const page_result& result, instant now);
  void free_connection(flight& f);
  url url_of(url_store::id which);
  void count_final(const page_result& result);
  void take_out_restored();

  limits bounds;
  scope area;
  url_store urls;
  host_queues hosts;
  std::deque<lane_id> robots_wanted;
  std::uint32_t robots_in_flight = 0;
  boost::unordered_flat_map<std::uint64_t, flight> flights;
  std::uint32_t connections = 0;
  std::uint64_t begun = 0; // pages that were ever handed out
  // A store keeps text only, and credentials are no part of it; few crawls have any.
  boost::unordered_flat_map<url_store::id, url> with_credentials;
  crawl_counts counts;
  std::string denied_seed;
  bool stopped = false;
  boost::unordered_flat_set<url_store::id> restored; // and still queued
};

// -- handing out

frontier::step frontier::impl::next(instant now, const host_preference& prefers) {
  step s;
  s.what = counts.in_flight > 0 ? step::kind::busy : step::kind::finished;
  if (ended())
    return s;
  if (!pages_left()) {
    hosts.only_begun();
  } else if (!robots_wanted.empty() && robots_in_flight < bounds.robots_in_flight_max) {
    const lane_id lane = robots_wanted.front();
    robots_wanted.pop_front();
    ++robots_in_flight;
    hosts.ask(lane, now);
    s.what = step::kind::robots;
    s.origin = hosts.origin_of(lane);
    return s;
  }
  if (connections >= bounds.concurrency)
    return s; // busy
  if (const auto work = hosts.take(now, prefers))
    return hand_out(*work);
  if (const auto at = hosts.next_time()) {
    s.what = step::kind::wait;
    s.until = *at;
  } else if (robots_in_flight > 0 && pages_left()) {
    s.what = step::kind::busy;
  }
  return s;
}

frontier::step frontier::impl::hand_out(const host_queues::taken& work) {
  step s;
  --counts.queued;
  s.job.target = url_of(work.page.where);
  if (s.job.target.empty()) {
    hosts.ended(work.lane);
    s.what = counts.in_flight > 0 ? step::kind::busy : step::kind::finished;
    return s;
  }
  flight f{work.page, work.lane};
  if (!f.page.begun) {
    f.page.begun = true;
    ++begun;
  }
  s.what = step::kind::page;
  s.job.id = f.page.where + std::uint64_t{1};
  s.job.depth = f.page.depth;
  s.job.redirects = f.page.redirects;
  s.job.last_hop = f.page.redirects >= bounds.redirects_max;
  s.job.attempt = f.page.attempt;
  s.job.seed = f.page.seed;
  flights.emplace(s.job.id, f);
  ++connections;
  ++counts.in_flight;
  return s;
}

/// Returns: an empty one, and there is a failure, if its text cannot be read.
url frontier::impl::url_of(url_store::id which) {
  if (!with_credentials.empty())
    if (const auto at = with_credentials.find(which); at != with_credentials.end())
      return at->second;
  return url::from_normalized(urls.text(which));
}

// -- taking in

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

void frontier::impl::follow(const pending_page& from, const page_result& result) {
  if (result.redirect)
    follow_redirect(from, *result.redirect);
  if (from.depth >= bounds.depth_max)
    return;
  // Most links of most pages are known: looked up together, they wait for memory together.
  constexpr std::size_t together = 32;
  const std::span<const url> links{result.links};
  for (std::size_t at = 0; at < links.size(); at += together)
    follow_links(links.subspan(at, std::min(together, links.size() - at)), from.depth + 1);
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
  if (from.seed)
    area.add_seed(target);
  urls.settle();
  const auto hash = urls.hash(target.str());
  if (urls.contains(target.str(), hash))
    return;
  if (!area.contains(target)) {
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
  offer(target, hash, page);
}

// -- the end of a request

void frontier::impl::free_connection(flight& f) {
  if (!std::exchange(f.connected, false))
    return;
  --connections;
  hosts.ended(f.lane);
}

/// Takes: an id that is in flight.
frontier::impl::flight frontier::impl::release(std::uint64_t id) {
  const auto at = flights.find(id);
  assert(at != flights.end());
  flight f = at->second;
  flights.erase(at);
  free_connection(f);
  --counts.in_flight;
  return f;
}

bool frontier::impl::try_again(const flight& f, std::uint64_t id, const page_result& result,
                               instant now) {
  const int status = result.row.status;
  if ((status == 429 || status == 503) && result.retry_after) {
    const milliseconds asked_for{bounds.retry_ms_max};
    hosts.hold(f.lane, now + std::clamp(*result.retry_after, milliseconds{0}, asked_for));
  }
  if (ended())
    return false;
  const auto delay = retry_delay(result.row.error, status, f.page.attempt, result.retry_after,
                                 bounds, draw_for(bounds.seed, id, f.page.attempt));
  if (!delay)
    return false;
  pending_page again = f.page;
  again.attempt = one_more(again.attempt);
  ++counts.retried;
  ++counts.queued;
  hosts.push_later(f.lane, again, now + *delay);
  return true;
}

void frontier::impl::count_final(const page_result& result) {
  ++counts.pages;
  counts.items += result.items.size();
  counts.bytes += result.row.bytes;
  if (result.row.error != fault::none)
    ++counts.errors;
  counts.cut += result.cut ? 1 : 0;
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

// -- the face

frontier::frontier(const limits& bounds, scope_kind kind, std::unique_ptr<text_spill> spill)
    : impl_(std::make_unique<impl>(bounds, kind, std::move(spill))) {}
frontier::~frontier() = default;
frontier::frontier(frontier&&) noexcept = default;
frontier& frontier::operator=(frontier&&) noexcept = default;

bool frontier::add_seed(const url& seed) {
  if (seed.empty())
    return false;
  impl_->area.add_seed(seed);
  impl_->urls.settle();
  pending_page page;
  page.seed = true;
  return impl_->offer(seed, impl_->urls.hash(seed.str()), page) == impl::offered::fresh;
}

frontier::step frontier::next(instant now, const host_preference& prefers) {
  if (!impl_->restored.empty())
    impl_->take_out_restored();
  return impl_->next(now, prefers);
}

bool frontier::restore(const page_job& job, const page_result& result) {
  impl& my = *impl_;
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
  my.follow(page, result);
  return true;
}

void frontier::robots_known(const std::string& origin, std::shared_ptr<const robots_rules> rules,
                            bool unreachable) {
  impl& my = *impl_;
  const auto lane = my.hosts.find_lane(origin);
  if (!lane || my.hosts.access_of(*lane) != access::asked)
    return;
  --my.robots_in_flight;
  const std::string why = rules ? rules->why() : robots_rules::disallow_all().why();
  if (unreachable) {
    ++my.counts.robots_unreachable;
    my.hosts.shut(*lane);
  } else {
    my.hosts.open(*lane, std::move(rules));
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
}

void frontier::fetch_ended(std::uint64_t id) {
  if (const auto at = impl_->flights.find(id); at != impl_->flights.end())
    impl_->free_connection(at->second);
}

frontier::verdict frontier::page_done(std::uint64_t id, const page_result& result, instant now) {
  impl& my = *impl_;
  if (!my.flights.contains(id))
    return verdict::unknown;
  const impl::flight f = my.release(id);
  if (my.try_again(f, id, result, now))
    return verdict::retried;
  my.count_final(result);
  my.with_credentials.erase(f.page.where);
  my.follow(f.page, result);
  return verdict::final_row;
}

std::optional<page_row> frontier::job_lost(std::uint64_t id, instant, loss how) {
  impl& my = *impl_;
  if (!my.flights.contains(id))
    return std::nullopt;
  impl::flight f = my.release(id);
  ++(how == loss::worker ? f.page.lost : f.page.adrift);
  const bool again =
      f.page.lost < my.bounds.page_attempts_max && f.page.adrift <= my.bounds.page_losses_max;
  if (again && !my.ended()) {
    ++my.counts.retried;
    ++my.counts.queued;
    my.hosts.push_front(f.lane, f.page);
    return std::nullopt;
  }
  page_row row;
  row.url = my.urls.text(f.page.where);
  if (row.url.empty())
    return std::nullopt; // the crawl is over: failure()
  ++my.counts.pages;
  ++my.counts.errors;
  row.depth = f.page.depth;
  row.error = fault::worker_lost;
  my.with_credentials.erase(f.page.where);
  return row;
}

bool frontier::exhausted() const {
  const auto& my = *impl_;
  if (my.counts.in_flight > 0)
    return false;
  // With its budget spent a crawl may still have pages to try again: those that have no row yet.
  const bool none_begun = !my.pages_left() && my.begun == my.counts.pages;
  return my.ended() || my.counts.queued == 0 || none_begun;
}

void frontier::stop() { impl_->stopped = true; }
bool frontier::stopped() const { return impl_->stopped; }
const std::string& frontier::failure() const { return impl_->urls.failure(); }
const crawl_counts& frontier::counts() const { return impl_->counts; }
const std::string& frontier::denied_seed() const { return impl_->denied_seed; }

} // namespace troupe::crawl
