// SPDX-License-Identifier: BSD-3-Clause
#include <vector>

#include "domain/crawl/frontier_impl.hpp"

namespace troupe::crawl {

standstill frontier::explain(instant now, std::size_t hosts_max) const {
  const impl& my = *impl_;
  standstill out;
  out.told = true;
  std::vector<host_queues::lane_id> busy;
  busy.reserve(my.flights.size());
  for (const auto& [id, f] : my.flights)
    if (f.connected)
      busy.push_back(f.lane);
  my.hosts.explain(now, hosts_max, busy, my.robots_asked, my.robots_wanted,
                   my.connections >= my.bounds.concurrency, out);
  const auto waiting = my.counts.queued;
  add_reason(out, {wait_reason::robots_unreachable, my.counts.robots_unreachable, {}});
  if (my.bounds.bytes_max != 0 && my.counts.bytes >= my.bounds.bytes_max)
    add_reason(out, {wait_reason::bytes_max, waiting, {}});
  else if (!my.pages_left())
    add_reason(out, {wait_reason::pages_max, waiting, {}});
  if (my.stopped)
    add_reason(out, {wait_reason::stopped, waiting, {}});
  return out;
}

} // namespace troupe::crawl
