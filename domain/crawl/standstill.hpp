// SPDX-License-Identifier: BSD-3-Clause
//
// Why what waits in a crawl does not go now, as values: for a person who looks at one that seems to
// stand still, and for a program that does so for him.
//
//   frontier::explain()   what the frontier knows: hosts, times, budgets
//   who hands out pages   adds rows_unwritten, workers
//   who fetches           adds dns
//
// Times are told as "in so many milliseconds", since a frontier's clock means nothing to anybody
// else.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::crawl {

/// Why something waits. What is counted of it stands in brackets.
enum class wait_reason : std::uint8_t {
  none,               ///< it does not: its turn is next [hosts]
  delay,              ///< delay_ms between two requests to one host [hosts]
  crawl_delay,        ///< the same, asked for by robots.txt [hosts]
  autothrottle,       ///< the same, made of the host's latency [hosts]
  retry_after,        ///< the host said so, with a 429 or 503 [hosts]
  back_off,           ///< tried again, not before [pages]
  per_host,           ///< as many requests are in flight to the host as may be [hosts]
  per_ip,             ///< the same of its address, which it shares with others [hosts]
  ip_delay,           ///< ip_delay_ms between two requests to one address [hosts]
  address_unknown,    ///< its first request will tell where the host is [hosts]
  robots_asked,       ///< its robots.txt is being fetched [origins]
  robots_turn,        ///< robots_in_flight_max others are being fetched [origins]
  robots_unreachable, ///< robots.txt could not be had: its pages were left out [origins]
  concurrency,        ///< as many requests are in flight as may be, all hosts [hosts]
  dns,                ///< names that are being looked up [names]
  rows_unwritten,     ///< rows wait to be written: no pages go meanwhile [rows]
  workers,            ///< all hands are busy with pages that are here already [hosts]
  pages_max,          ///< the budget of pages is spent [pages that wait]
  bytes_max,          ///< the budget of bytes is spent [pages that wait]
  stopped,            ///< it was told to stop [pages that wait]
};

/// Returns: its name in JSON ("crawl-delay"); "" for none. They never change once released.
std::string_view to_string(wait_reason why);

/// How it stands with one host.
struct host_state {
  std::string host;            ///< "example.org", "example.org:8080"
  std::uint64_t queued = 0;    ///< pages that wait, those to be tried again included
  std::uint64_t in_flight = 0; ///< requests
  wait_reason why = wait_reason::none;
  std::optional<std::chrono::milliseconds> next_in; ///< when its next page may go, if time decides
  std::uint32_t delay_ms = 0;                       ///< between its requests, as of now
  friend bool operator==(const host_state&, const host_state&) = default;
};

struct reason_count {
  wait_reason why = wait_reason::none;
  std::uint64_t count = 0;
  std::optional<std::chrono::milliseconds> first_in; ///< when the first of them may go
  friend bool operator==(const reason_count&, const reason_count&) = default;
};

/// Exact but for two bounds: of hosts that wait for a time the first looked_at_max are told apart,
/// and others count as `delay`; and no more hosts are listed than were asked for, those with
/// requests in flight first, then those whose time comes first.
struct standstill {
  static constexpr std::size_t looked_at_max = 1'024;
  bool told = false;                 ///< false: whoever decides was not asked, or is elsewhere
  std::vector<reason_count> reasons; ///< what there is of each, in the enum's order; `none` too
  std::vector<host_state> hosts;
  std::uint64_t hosts_in_all = 0; ///< that the crawl knows of
  friend bool operator==(const standstill&, const standstill&) = default;
};

/// Adds a reason in its place, or to what is there of it.
void add_reason(standstill& to, reason_count x);
const reason_count* find_reason(const standstill& in, wait_reason why);

/// Returns: what holds up most, in a sentence: "crawl-delay of example.org until 12:00:05 (and 3
/// hosts more)"; "" if nothing does. Takes: the time now, in milliseconds since 1970; times of day
/// are UTC.
std::string sentence_of(const standstill& x, std::int64_t now_unix_ms);

} // namespace troupe::crawl
