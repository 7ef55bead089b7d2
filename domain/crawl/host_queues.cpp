// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/host_queues.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>

#include "domain/crawl/throttle.hpp"

namespace troupe::crawl {

namespace {

using std::chrono::milliseconds;

/// "host:port" with the port always written: http and https on one port share it.
class host_name {
public:
  explicit host_name(const url& u) {
    const std::string_view host = u.host();
    constexpr std::size_t port_bytes = 6;
    char* at = short_.data();
    if (host.size() + port_bytes > short_.size()) {
      long_.resize(host.size() + port_bytes);
      at = long_.data();
    }
    char* end = std::copy(host.begin(), host.end(), at);
    *end++ = ':';
    text_ = {at, std::to_chars(end, end + port_bytes, u.port()).ptr};
  }
  host_name(const host_name&) = delete;
  host_name& operator=(const host_name&) = delete;
  std::string_view text() const { return text_; }

private:
  std::array<char, 128> short_;
  std::string long_;
  std::string_view text_;
};

} // namespace

host_queues::host_queues(const limits& bounds, const text_key& key)
    : bounds_(bounds), names_(key), addresses_(bounds, key) {}

std::optional<host_queues::taken>
host_queues::take(instant now, const std::function<bool(std::string_view host)>& prefers) {
  wake(now);
  std::array<index, looked_at_max> passed; // ready, and not preferred
  std::size_t begin = 0, end = 0;
  std::optional<index> chosen;
  while (!chosen && !ring_.empty() && end < passed.size()) {
    const index number = ring_.front();
    ring_.pop_front();
    host& h = hosts_[number];
    h.where = place::idle;
    if (!can_go(h)) {
      addresses_.passed(h.address, number);
      call_from_lines(now);
      continue;
    }
    if (const instant at = ready_at(h); at > now) {
      h.where = place::heap;
      waiting_.push({at, number});
      addresses_.passed(h.address, number);
      call_from_lines(now);
      continue;
    }
    if (!admitted(number, now))
      continue;
    h.where = place::ring;
    if (!prefers || prefers(names_.name(number)))
      chosen = number;
    else
      passed[end++] = number;
  }
  if (!chosen && begin < end)
    chosen = passed[begin++];
  while (begin < end)
    ring_.push_front(passed[--end]);
  return chosen ? std::optional{start(*chosen, now)} : std::nullopt;
}

// Returns: whether its address lets it go; else it stands in line there.
bool host_queues::admitted(index which, instant now) {
  host& h = hosts_[which];
  if (addresses_.open(h.address, which, now))
    return true;
  h.where = place::line;
  addresses_.enter(h.address, which);
  call_from_lines(now);
  return false;
}

// Puts into the ring those whose address has room for them now.
void host_queues::call_from_lines(instant now) {
  if (!addresses_.bounded())
    return;
  while (const auto which = addresses_.call(now)) {
    hosts_[*which].where = place::ring;
    to_ring(*which);
  }
}

/// Takes: a host that is ready and was taken out of the ring.
host_queues::taken host_queues::start(index number, instant now) {
  host& h = hosts_[number];
  h.where = place::idle;
  if (!has_work(h.lanes[h.turn]))
    h.turn ^= 1;
  const lane_id which = number * 2 + h.turn;
  const pending_page page = unlink_front(h.lanes[h.turn]);
  --h.queued;
  h.turn ^= 1;
  h.last_start = now;
  ++h.active;
  addresses_.started(h.address, number, now);
  consider(number);
  return {which, page};
}

/// Puts into the ring, or back into their queues, those whose time has come.
void host_queues::wake(instant now) {
  while (!later_.empty() && later_.top().at <= now) {
    const timed due = later_.top();
    later_.pop();
    link_front(due.which, due.what);
  }
  while (!waiting_.empty() && waiting_.top().at <= now) {
    const index number = waiting_.top().what;
    waiting_.pop();
    hosts_[number].where = place::ring;
    to_ring(number);
  }
  call_from_lines(now);
}

std::optional<host_queues::instant> host_queues::next_time() {
  // A host's time may have moved on since it was put here, or its pages be gone: look again.
  while (!waiting_.empty()) {
    const timed first = waiting_.top();
    host& h = hosts_[first.what];
    if (can_go(h) && ready_at(h) <= first.at)
      break;
    waiting_.pop();
    if (can_go(h))
      waiting_.push({ready_at(h), first.what});
    else
      h.where = place::idle;
  }
  std::optional<instant> at;
  if (!waiting_.empty())
    at = waiting_.top().at;
  if (!later_.empty() && (!at || later_.top().at < *at))
    at = later_.top().at;
  if (const auto called = addresses_.next_time(); called && (!at || *called < *at))
    at = called;
  return at;
}

void host_queues::to_ring(index which) {
  if (ring_.full())
    ring_.set_capacity(ring_.capacity() * 2);
  ring_.push_back(which);
}

void host_queues::consider(index which) {
  host& h = hosts_[which];
  if (h.where != place::idle || !can_go(h))
    return;
  h.where = place::ring;
  to_ring(which);
}

bool host_queues::has_work(const lane& l) const {
  return l.state == access::open && l.head != none && (!only_begun_ || pages_.begun(l.head));
}

bool host_queues::can_go(const host& h) const {
  return h.active < active_max(h) && (has_work(h.lanes[0]) || has_work(h.lanes[1]));
}

// Two requests to a host that may be where many are would be one too many.
std::uint32_t host_queues::active_max(const host& h) const {
  return addresses_.bounded() && h.address == host_addresses::unknown ? 1u : h.active_max;
}

host_queues::instant host_queues::ready_at(const host& h) const {
  if (h.last_start == instant::min())
    return h.held_until;
  return std::max(h.last_start + milliseconds{h.wait_ms()}, h.held_until);
}

host_queues::lane_id host_queues::lane_of(const url& u) {
  const auto [number, fresh] = names_.number_of(host_name{u}.text());
  if (fresh) {
    host& h = hosts_.emplace_back();
    h.delay_ms = bounds_.delay_ms;
    h.active_max = static_cast<std::uint16_t>(std::clamp(bounds_.per_host, 1u, 0xffffu));
  }
  return number * 2 + (u.https() ? 1 : 0);
}

std::optional<host_queues::lane_id> host_queues::find_lane(std::string_view origin) const {
  const url u = url::from_normalized(std::string(origin) + "/");
  if (u.empty())
    return std::nullopt;
  const auto number = names_.find(host_name{u}.text());
  if (!number)
    return std::nullopt;
  return *number * 2 + (u.https() ? 1 : 0);
}

std::string host_queues::origin_of(lane_id which) const {
  const bool https = which % 2 != 0;
  const std::string_view default_port = https ? ":443" : ":80";
  std::string_view name = names_.name(which / 2);
  if (name.ends_with(default_port))
    name.remove_suffix(default_port.size());
  return (https ? "https://" : "http://") + std::string(name);
}

void host_queues::ask(lane_id which, instant now) {
  lane_at(which).state = access::asked;
  host_at(which).last_start = now;
}

void host_queues::open(lane_id which, std::shared_ptr<const robots_rules> rules) {
  host& h = host_at(which);
  lane& l = lane_at(which);
  l.state = access::open;
  const auto asked_for = rules ? rules->crawl_delay() : std::nullopt;
  if (rules && !rules->forbid_nothing()) {
    constexpr std::uint32_t room = 0x1fff'ffff; // more than fit into any memory
    assert(rules_.size() <= room);
    l.rules = static_cast<std::uint32_t>(rules_.size()) & room;
    rules_.push_back(std::move(rules));
  }
  if (asked_for && asked_for->count() > 0) {
    const milliseconds delay = std::min(*asked_for, milliseconds{bounds_.crawl_delay_ms_max});
    h.delay_ms = std::max(h.delay_ms, static_cast<std::uint32_t>(delay.count()));
    h.active_max = 1; // whoever wants a pause between requests does not want two at a time
  }
  consider(which / 2);
}

void host_queues::remove_if(lane_id which,
                            const std::function<bool(const pending_page&)>& unwanted) {
  lane& l = lane_at(which);
  index kept_last = none;
  for (index n = l.head; n != none;) {
    const index next = pages_.next(n);
    if (unwanted(pages_.page(n))) {
      if (kept_last == none)
        l.head = next;
      else
        pages_.link(kept_last, next);
      pages_.take(n);
      --host_at(which).queued;
    } else {
      kept_last = n;
    }
    n = next;
  }
  l.tail = kept_last;
}

void host_queues::remove_everywhere(const std::function<bool(const pending_page&)>& unwanted) {
  for (lane_id l = 0; l < 2 * hosts_.size(); ++l)
    remove_if(l, unwanted);
}

void host_queues::push_back(lane_id which, const pending_page& page) {
  const index n = pages_.make(page);
  lane& l = lane_at(which);
  if (l.head == none)
    l.head = n;
  else
    pages_.link(l.tail, n);
  l.tail = n;
  ++host_at(which).queued;
  consider(which / 2);
}

void host_queues::push_front(lane_id which, const pending_page& page) {
  assert(page.begun);
  ++host_at(which).queued;
  link_front(which, pages_.make(page));
}

void host_queues::push_later(lane_id which, const pending_page& page, instant until) {
  assert(page.begun);
  ++host_at(which).queued;
  later_.push({until, pages_.make(page), which});
}

void host_queues::hold(lane_id which, instant until) {
  host& h = host_at(which);
  h.held_until = std::max(h.held_until, until);
}

void host_queues::ended(lane_id which) {
  assert(host_at(which).active > 0);
  host& h = host_at(which);
  --h.active;
  addresses_.ended(h.address);
  consider(which / 2);
}

void host_queues::found_at(lane_id which, std::string_view address) {
  if (!addresses_.bounded())
    return;
  host& h = host_at(which);
  const auto number = addresses_.number_of(address);
  if (number == h.address)
    return;
  addresses_.left(h.address, which / 2, h.active, h.where == place::line);
  if (h.where == place::line)
    h.where = place::idle;
  h.address = number;
  addresses_.joined(number, h.active, h.last_start);
  consider(which / 2);
}

void host_queues::answered(lane_id which, milliseconds took, bool failed) {
  if (!bounds_.autothrottle)
    return;
  host& h = host_at(which);
  h.throttle_ms = throttled_delay_ms(h.throttle_ms, took, failed, bounds_);
}

void host_queues::link_front(lane_id which, index n) {
  lane& l = lane_at(which);
  pages_.link(n, l.head);
  if (l.head == none)
    l.tail = n;
  l.head = n;
  consider(which / 2);
}

pending_page host_queues::unlink_front(lane& l) {
  const index n = l.head;
  l.head = pages_.next(n);
  return pages_.take(n);
}

} // namespace troupe::crawl
