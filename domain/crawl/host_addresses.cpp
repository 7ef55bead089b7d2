// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/host_addresses.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace troupe::crawl {

host_addresses::host_addresses(const limits& bounds, const text_key& key)
    : per_ip_(bounds.per_ip), delay_(bounds.ip_delay_ms), names_(key) {}

host_addresses::number host_addresses::number_of(std::string_view address) {
  if (address.empty())
    return alone;
  const auto [which, fresh] = names_.number_of(address);
  if (fresh)
    entries_.emplace_back();
  return which;
}

bool host_addresses::full(number which) const {
  return which < entries_.size() && per_ip_ != 0 && entries_[which].active >= per_ip_;
}

host_addresses::instant host_addresses::ready_at(number which) const {
  if (which >= entries_.size() || entries_[which].last_start == instant::min())
    return instant::min();
  return entries_[which].last_start + delay_;
}

bool host_addresses::open(number which, host who, instant now) const {
  if (which >= entries_.size())
    return true;
  const entry& e = entries_[which];
  const bool first = e.called == who || (e.called == nobody && e.line.empty());
  return first && !full(which) && ready_at(which) <= now;
}

void host_addresses::enter(number which, host who) {
  entry& e = entries_[which];
  if (e.called == who) { // its time has passed: it keeps its place
    e.called = nobody;
    e.line.push_front(who);
  } else {
    e.line.push_back(who);
  }
  ++in_lines_;
  look(which);
}

void host_addresses::started(number which, host who, instant now) {
  if (which >= entries_.size())
    return;
  entry& e = entries_[which];
  ++e.active;
  e.last_start = now;
  passed(which, who);
}

void host_addresses::ended(number which) {
  if (which >= entries_.size())
    return;
  assert(entries_[which].active > 0);
  --entries_[which].active;
  look(which);
}

void host_addresses::passed(number which, host who) {
  if (which >= entries_.size() || entries_[which].called != who)
    return;
  entries_[which].called = nobody;
  look(which);
}

void host_addresses::joined(number which, std::uint32_t requests, instant last_start) {
  if (which >= entries_.size())
    return;
  entry& e = entries_[which];
  e.active += requests;
  e.last_start = std::max(e.last_start, last_start);
}

void host_addresses::left(number which, host who, std::uint32_t requests, bool in_line) {
  if (which >= entries_.size())
    return;
  entry& e = entries_[which];
  assert(e.active >= requests);
  e.active -= requests;
  if (in_line)
    in_lines_ -= e.line.remove(who);
  if (e.called == who)
    e.called = nobody;
  look(which);
}

// Sees to it that whoever is first in line will be called.
void host_addresses::look(number which) {
  entry& e = entries_[which];
  if (e.timed || e.called != nobody || e.line.empty() || full(which))
    return;
  e.timed = true;
  times_.push({ready_at(which), which});
}

std::optional<host_addresses::host> host_addresses::call(instant now) {
  while (!times_.empty() && times_.top().at <= now) {
    const number which = times_.top().which;
    times_.pop();
    entry& e = entries_[which];
    e.timed = false;
    if (e.called != nobody || e.line.empty() || full(which))
      continue; // whoever changes that looks again
    if (ready_at(which) > now) {
      look(which);
      continue;
    }
    const host who = e.line.front();
    e.line.pop_front();
    --in_lines_;
    e.called = who;
    return who;
  }
  return std::nullopt;
}

std::optional<host_addresses::instant> host_addresses::next_time() const {
  if (times_.empty())
    return std::nullopt;
  return times_.top().at;
}

std::size_t host_addresses::look_along(number which, std::size_t most,
                                       const std::function<void(host)>& see) const {
  std::size_t n = 0;
  if (which < entries_.size())
    for (auto i = entries_[which].line.begin(); n < most && i != entries_[which].line.end(); ++i)
      see((++n, *i));
  return n;
}

std::vector<host_addresses::number> host_addresses::timed_ones(std::size_t most) const {
  std::vector<number> out;
  for (const timed& x : times_.all()) {
    if (out.size() >= most)
      break;
    out.push_back(x.which);
  }
  return out;
}

} // namespace troupe::crawl
