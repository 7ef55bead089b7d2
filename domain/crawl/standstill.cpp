// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/standstill.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace troupe::crawl {

namespace {

struct words {
  std::string_view name;
  std::string_view what; // "%" stands for a host, or for how many there are
  std::string_view unit; // of what is counted
};

constexpr std::array<words, 20> table{{
    {"", "", ""},
    {"delay", "the delay of", "host"},
    {"crawl-delay", "the crawl-delay of", "host"},
    {"autothrottle", "the pace that suits", "host"},
    {"retry-after", "Retry-After of", "host"},
    {"back-off", "before another attempt", "page"},
    {"per-host", "for answers of", "host"},
    {"per-ip", "for the address of", "host"},
    {"ip-delay", "the delay of the address of", "host"},
    {"address-unknown", "for the first answer of", "host"},
    {"robots-asked", "for robots.txt of", "host"},
    {"robots-turn", "to ask for robots.txt of", "host"},
    {"robots-unreachable", "", "host"},
    {"concurrency", "for answers: as many requests are in flight as may be", ""},
    {"dns", "for names to be looked up", ""},
    {"rows-unwritten", "for rows to be written", ""},
    {"workers", "for pages to be read", ""},
    {"max-pages", "the budget of pages is spent", ""},
    {"max-bytes", "the budget of bytes is spent", ""},
    {"stopped", "it was told to stop", ""},
}};
static_assert(table.size() == static_cast<std::size_t>(wait_reason::stopped) + 1);

// What has come from another process may be none of ours.
const words& words_of(wait_reason why) {
  const auto i = static_cast<std::size_t>(why);
  return table[i < table.size() ? i : 0];
}

// What explains all of it comes first, then what most wait for. That others have to be left out
// says nothing about those that wait.
int rank(wait_reason why) {
  switch (why) {
  case wait_reason::none:
  case wait_reason::robots_unreachable:
    return -1;
  case wait_reason::stopped:
  case wait_reason::bytes_max:
  case wait_reason::pages_max:
    return 3;
  case wait_reason::rows_unwritten:
  case wait_reason::workers:
  case wait_reason::concurrency:
    return 2;
  case wait_reason::dns: // of hosts whose requests are counted as in flight
    return 0;
  default:
    return 1;
  }
}

// Returns: "12:00:05", with the day before it if that is not today.
std::string time_text(std::int64_t unix_ms, std::int64_t now_unix_ms) {
  constexpr std::int64_t day_s = 86'400;
  const auto s = (unix_ms + 999) / 1'000;
  char text[40];
  std::size_t n = 0;
  if (s / day_s != now_unix_ms / 1'000 / day_s) {
    const std::chrono::year_month_day day{
        std::chrono::sys_days{std::chrono::days{static_cast<int>(s / day_s)}}};
    n = static_cast<std::size_t>(
        std::snprintf(text, sizeof text, "%04d-%02u-%02u ", static_cast<int>(day.year()),
                      static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day())));
  }
  const auto of_day = static_cast<int>(s % day_s);
  std::snprintf(text + n, sizeof text - n, "%02d:%02d:%02d", of_day / 3'600, of_day / 60 % 60,
                of_day % 60);
  return text;
}

std::string plural(std::uint64_t n, std::string_view unit) {
  return std::to_string(n) + ' ' + std::string{unit} + (n == 1 ? "" : "s");
}

} // namespace

std::string_view to_string(wait_reason why) { return words_of(why).name; }

void add_reason(standstill& to, reason_count x) {
  if (x.count == 0)
    return;
  const auto at = std::lower_bound(to.reasons.begin(), to.reasons.end(), x.why,
                                   [](const reason_count& r, wait_reason w) { return r.why < w; });
  if (at == to.reasons.end() || at->why != x.why) {
    to.reasons.insert(at, x);
    return;
  }
  at->count += x.count;
  if (x.first_in && (!at->first_in || *x.first_in < *at->first_in))
    at->first_in = x.first_in;
}

const reason_count* find_reason(const standstill& in, wait_reason why) {
  const auto at = std::find_if(in.reasons.begin(), in.reasons.end(),
                               [why](const reason_count& r) { return r.why == why; });
  return at == in.reasons.end() ? nullptr : &*at;
}

std::string sentence_of(const standstill& x, std::int64_t now_unix_ms) {
  const auto worse = [](const reason_count& a, const reason_count& b) {
    return std::pair{rank(a.why), a.count} < std::pair{rank(b.why), b.count};
  };
  const auto most = std::max_element(x.reasons.begin(), x.reasons.end(), worse);
  if (most == x.reasons.end() || rank(most->why) < 0)
    return "";
  const words& w = words_of(most->why);
  std::string out{w.what};
  const host_state* one = nullptr; // the one whose time comes first
  for (const host_state& h : x.hosts)
    if (h.why == most->why
        && (!one || (h.next_in && (!one->next_in || *h.next_in < *one->next_in))))
      one = &h;
  auto rest = most->count;
  if (w.unit == "host") {
    out += ' ' + (one ? one->host : plural(most->count, w.unit));
    rest -= 1;
  }
  if (most->first_in)
    out += " until " + time_text(now_unix_ms + most->first_in->count(), now_unix_ms);
  if (w.unit == "page")
    out += " (" + plural(most->count, w.unit) + ")";
  else if (one && rest > 0 && w.unit == "host")
    out += " (and " + plural(rest, w.unit) + " more)";
  return out;
}

} // namespace troupe::crawl
