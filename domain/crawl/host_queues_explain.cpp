// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "domain/crawl/host_queues.hpp"

namespace troupe::crawl {

namespace {

using std::chrono::milliseconds;

// Up to the next whole one: who asks again then is not too early.
milliseconds from(host_queues::instant now, host_queues::instant at) {
  return at <= now ? milliseconds{0} : std::chrono::ceil<milliseconds>(at - now);
}

// As people write it, and as the authority of its URLs.
std::string shown(std::string_view name) {
  for (const std::string_view port : {":80", ":443"})
    if (name.ends_with(port))
      name.remove_suffix(port.size());
  return std::string{name};
}

} // namespace

wait_reason host_queues::why_delayed(const host& h) const {
  if (h.last_start == instant::min() || h.held_until > h.last_start + milliseconds{h.wait_ms()})
    return wait_reason::retry_after;
  if (h.throttle_ms > h.delay_ms)
    return wait_reason::autothrottle;
  return h.delay_ms > bounds_.delay_ms ? wait_reason::crawl_delay : wait_reason::delay;
}

host_state host_queues::state_of(index which, instant now, bool all_busy) const {
  const host& h = hosts_[which];
  host_state s;
  s.host = shown(names_.name(which));
  s.queued = h.queued;
  s.in_flight = h.active;
  s.delay_ms = h.wait_ms();
  const auto any = [&h](access state) {
    return std::any_of(std::begin(h.lanes), std::end(h.lanes),
                       [state](const lane& l) { return l.state == state && l.head != none; });
  };
  if (has_work(h.lanes[0]) || has_work(h.lanes[1])) {
    if (h.active >= active_max(h)) {
      s.why = h.active < h.active_max ? wait_reason::address_unknown : wait_reason::per_host;
    } else if (const instant at = ready_at(h); at > now) {
      s.why = why_delayed(h);
      s.next_in = from(now, at);
    } else if (h.where == place::line) {
      const instant free = addresses_.ready_at(h.address);
      s.why = free > now ? wait_reason::ip_delay : wait_reason::per_ip;
      if (free > now)
        s.next_in = from(now, free);
    } else if (all_busy) {
      s.why = wait_reason::concurrency;
    }
  } else if (any(access::asked)) {
    s.why = wait_reason::robots_asked;
  } else if (any(access::wanted)) {
    s.why = wait_reason::robots_turn;
  } else if (any(access::open)) {
    s.why = wait_reason::pages_max; // only those that were begun go
  } else if (h.queued > 0) {
    s.why = wait_reason::back_off;
  }
  return s;
}

void host_queues::explain(instant now, std::size_t hosts_max, const std::vector<lane_id>& busy,
                          const std::vector<lane_id>& asked, const std::deque<lane_id>& wanted,
                          bool all_busy, standstill& out) const {
  constexpr std::size_t most = standstill::looked_at_max;
  out.hosts_in_all = names_.size();
  boost::unordered_flat_map<index, std::size_t> listed; // and where
  const auto list = [&](index which) {
    if (out.hosts.size() < hosts_max && listed.emplace(which, out.hosts.size()).second)
      out.hosts.push_back(state_of(which, now, all_busy));
  };
  const auto count = [&out](const host_state& s) { add_reason(out, {s.why, 1, s.next_in}); };

  boost::unordered_flat_set<index> seen;
  boost::unordered_flat_set<host_addresses::number> addresses;
  for (const lane_id l : busy) {
    if (!seen.insert(l / 2).second)
      continue;
    list(l / 2);
    if (const auto s = state_of(l / 2, now, all_busy);
        s.why == wait_reason::per_host || s.why == wait_reason::address_unknown)
      count(s);
    addresses.insert(hosts_[l / 2].address);
  }

  // Those that wait for a time. What is further behind in the heap comes later than what is looked
  // at, though not in its order.
  std::vector<timed> first(waiting_.all().begin(),
                           waiting_.all().begin()
                               + static_cast<std::ptrdiff_t>(std::min(most, waiting_.size())));
  std::sort(first.begin(), first.end(), [](const timed& a, const timed& b) { return b > a; });
  for (const timed& x : first)
    if (can_go(hosts_[x.what])) {
      count(state_of(x.what, now, all_busy));
      list(x.what);
    }
  if (waiting_.size() > first.size())
    add_reason(out, {wait_reason::delay, waiting_.size() - first.size(), {}});

  // Those in the lines of addresses: behind requests in flight, or behind a time.
  std::uint64_t behind_requests = 0;
  for (const auto a : addresses)
    if (addresses_.full(a)) {
      behind_requests += addresses_.in_line(a);
      addresses_.look_along(a, hosts_max, list);
    }
  add_reason(out, {wait_reason::per_ip, behind_requests, {}});
  if (const auto rest = addresses_.in_lines() - behind_requests; rest > 0) {
    const auto at = addresses_.next_time();
    add_reason(out,
               {wait_reason::ip_delay, rest, at ? std::optional{from(now, *at)} : std::nullopt});
    for (const auto a : addresses_.timed_ones(most))
      if (out.hosts.size() < hosts_max)
        addresses_.look_along(a, hosts_max, list);
  }

  std::size_t looked_at = 0;
  for (const index which : ring_) {
    if (looked_at++ == most)
      break;
    if (can_go(hosts_[which])) {
      count(state_of(which, now, all_busy));
      list(which);
    }
  }
  if (ring_.size() > most)
    add_reason(out,
               {all_busy ? wait_reason::concurrency : wait_reason::none, ring_.size() - most, {}});

  add_reason(out, {wait_reason::robots_asked, asked.size(), {}});
  add_reason(out, {wait_reason::robots_turn, wanted.size(), {}});
  for (const lane_id l : asked)
    list(l / 2);
  for (std::size_t i = 0; i < std::min(most, wanted.size()); ++i)
    list(wanted[i] / 2);

  if (later_.empty())
    return;
  add_reason(out, {wait_reason::back_off, later_.size(), from(now, later_.top().at)});
  for (std::size_t i = 0; i < std::min(most, later_.size()); ++i) {
    const timed& x = later_.all()[i];
    list(x.which / 2);
    const auto at = listed.find(x.which / 2);
    if (at == listed.end())
      continue;
    auto& s = out.hosts[at->second];
    if (s.why == wait_reason::back_off && (!s.next_in || from(now, x.at) < *s.next_in))
      s.next_in = from(now, x.at);
  }
}

} // namespace troupe::crawl
