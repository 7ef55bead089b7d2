// SPDX-License-Identifier: BSD-3-Clause
#include "apps/crawl_descriptors.hpp"

#include <algorithm>
#include <cstdint>

#include "io/descriptors.hpp"

namespace troupe::apps {

namespace {

constexpr std::uint64_t others = 64; // outputs, databases, lookups of names, what was inherited
constexpr std::uint64_t of_a_loop = 3; // epoll, eventfd, timerfd

template <class Number>
Number within(std::uint64_t room, Number least, Number most) {
  return room < least ? least : room < most ? static_cast<Number>(room) : most;
}

// Of one client, which all requests share.
void share(std::uint64_t room, crawl_options& o) {
  auto& b = o.plan.bounds;
  o.http.idle_total_max = within(room / 4, 1u, o.http.idle_total_max);
  b.robots_in_flight_max = within(room / 8, 1u, b.robots_in_flight_max);
  const auto taken = o.http.idle_total_max + b.robots_in_flight_max;
  b.concurrency = within(room > taken ? room - taken : 0, 1u, b.concurrency);
}

// Of a thread, each of which has a client with its own loop and one request at a time.
void share(std::uint64_t room, unsigned& threads, crawl_options& o) {
  threads = within(room / (of_a_loop + 2), 1u, threads);
  const auto each = room / threads;
  o.http.idle_total_max =
      within(each > of_a_loop + 1 ? each - of_a_loop - 1 : 0, 1u, o.http.idle_total_max);
}

} // namespace

std::string fit_descriptors(crawl_options& o) {
  if (!o.far.coordinators.empty())
    return "";
  auto& b = o.plan.bounds;
  const bool threads = o.engine == "threads" || o.engine == "pool" || o.engine == "queue";
  auto& in_flight = o.engine == "queue" ? o.fetchers : b.concurrency;
  const auto asked = in_flight;
  const std::uint64_t idle = o.http.idle_total_max;
  const auto wanted = others + (threads ? asked * (of_a_loop + 1 + idle)
                                        : asked + b.robots_in_flight_max + idle);
  const auto limit = io::raise_descriptor_limit(wanted);
  if (limit >= wanted)
    return "";
  const auto room = limit > others ? limit - others : 0;
  if (threads)
    share(room, in_flight, o);
  else
    share(room, o);
  return in_flight == asked ? ""
                            : std::to_string(in_flight) + " requests in flight in place of "
                                  + std::to_string(asked) + ": no more than "
                                  + std::to_string(limit) + " files may be open (ulimit -n)";
}

} // namespace troupe::apps
