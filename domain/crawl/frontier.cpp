// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/frontier.hpp"

#include <cassert>

#include "domain/crawl/frontier_impl.hpp"
#include "domain/crawl/retry.hpp"

namespace troupe::crawl {

namespace {

using std::chrono::milliseconds;

/// Every attempt of every page draws a number of its own, whatever the order they end in.
std::uint64_t draw_for(std::uint64_t seed, std::uint64_t id, std::uint32_t attempt) {
  std::uint64_t z = seed + id * 0x9e3779b97f4a7c15ull + attempt * 0xd1342543de82ef95ull;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
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

frontier::impl::impl(const limits& b, scope_kind kind, std::unique_ptr<text_spill> spill)
    : bounds(usable(b)), area(kind),
      urls({b.seed, 0}, b.frontier_memory_bytes_max, b.frontier_file_bytes_max, std::move(spill)),
      hosts(bounds, urls.key()) {}

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
    robots_asked.push_back(lane);
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
  s.job.sitemap = f.page.sitemap;
  s.job.digest = bounds.mark_duplicates && !f.page.sitemap;
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

// An answer without a status may have come from nowhere: it tells of no address.
void frontier::impl::learn_of_host(lane_id lane, const page_result& result) {
  const page_row& row = result.row;
  if (!result.address.empty() || row.status != 0)
    hosts.found_at(lane, result.address);
  if (row.error != fault::canceled && row.error != fault::worker_lost)
    hosts.answered(lane, milliseconds{row.ms}, row.error != fault::none || row.status >= 400);
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

// -- the face

frontier::frontier(const limits& bounds, scope_kind kind, std::unique_ptr<text_spill> spill)
    : impl_(std::make_unique<impl>(bounds, kind, std::move(spill))) {}
frontier::~frontier() = default;
frontier::frontier(frontier&&) noexcept = default;
frontier& frontier::operator=(frontier&&) noexcept = default;

frontier::step frontier::next(instant now, const host_preference& prefers) {
  if (!impl_->restored.empty())
    impl_->take_out_restored();
  return impl_->next(now, prefers);
}

void frontier::fetch_ended(std::uint64_t id) {
  if (const auto at = impl_->flights.find(id); at != impl_->flights.end())
    impl_->free_connection(at->second);
}

frontier::verdict frontier::page_done(std::uint64_t id, page_result& result, instant now) {
  impl& my = *impl_;
  if (!my.flights.contains(id))
    return verdict::unknown;
  const impl::flight f = my.release(id);
  my.learn_of_host(f.lane, result);
  if (my.try_again(f, id, result, now))
    return verdict::retried;
  my.count_final(result);
  result.row.duplicate_of = my.mark(f.page.where, result.digest);
  my.with_credentials.erase(f.page.where);
  my.follow(f.page, result);
  return verdict::final_row;
}

/// Returns: whose body it was first, if not this page's.
std::string frontier::impl::mark(url_store::id which, const body_digest& digest) {
  if (!bounds.mark_duplicates || !digest.set())
    return "";
  if (const auto first = bodies.find(digest); first != bodies.end())
    return urls.text(first->second);
  if (bodies.size() < bounds.duplicates_max)
    bodies.emplace(digest, which);
  return "";
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
