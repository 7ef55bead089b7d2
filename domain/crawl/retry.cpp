// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/retry.hpp"

#include <algorithm>
#include <array>

namespace troupe::crawl {

namespace {

using std::chrono::milliseconds;

bool passes_by_itself(fault error, int status, std::uint32_t attempt) {
  switch (error) {
  case fault::connect_refused:
  case fault::connect_timeout:
  case fault::header_timeout:
  case fault::body_timeout:
  case fault::connection_lost:
    return true;
  case fault::dns_failed:
    return attempt == 0;
  case fault::none:
    switch (status) {
    case 408:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
    case 522:
    case 524:
      return true;
    default:
      return false;
    }
  default:
    return false;
  }
}

/// Reads an HTTP date from left to right; every step says whether the text fits.
class date_reader {
public:
  explicit date_reader(std::string_view text) : rest_(text) {}

  bool literal(std::string_view s) {
    if (!rest_.starts_with(s))
      return false;
    rest_.remove_prefix(s.size());
    return true;
  }

  bool number(std::size_t digits, int& out) {
    if (rest_.size() < digits)
      return false;
    out = 0;
    for (const char c : rest_.substr(0, digits)) {
      if (c < '0' || c > '9')
        return false;
      out = out * 10 + (c - '0');
    }
    rest_.remove_prefix(digits);
    return true;
  }

  bool letters() {
    const std::size_t before = rest_.size();
    while (!rest_.empty() && ((rest_[0] | 0x20) >= 'a' && (rest_[0] | 0x20) <= 'z'))
      rest_.remove_prefix(1);
    return rest_.size() < before;
  }

  bool month(int& out) {
    static constexpr std::array<std::string_view, 12> names{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    for (out = 1; out <= 12; ++out)
      if (literal(names[static_cast<std::size_t>(out - 1)]))
        return true;
    return false;
  }

  bool clock(int& seconds) {
    int h = 0, m = 0, s = 0;
    if (!(number(2, h) && literal(":") && number(2, m) && literal(":") && number(2, s)))
      return false;
    seconds = h * 3600 + m * 60 + s;
    return h < 24 && m < 60 && s <= 60; // 60: a leap second
  }

  bool end() const { return rest_.empty(); }

private:
  std::string_view rest_;
};

int year_of_unix(std::int64_t unix_s) {
  using namespace std::chrono;
  const std::int64_t bounded = std::clamp<std::int64_t>(unix_s, 0, 253'402'300'799);
  return static_cast<int>(year_month_day{floor<days>(sys_seconds{seconds{bounded}})}.year());
}

/// Returns: seconds since 1970 of any of the three forms.
std::optional<std::int64_t> parse_http_date(std::string_view text, std::int64_t now_unix_s) {
  int year = 0, month = 0, day = 0, clock = 0;
  const auto fixed = [&](date_reader r) { // Sun, 06 Nov 1994 08:49:37 GMT
    return r.letters() && r.literal(", ") && r.number(2, day) && r.literal(" ") && r.month(month)
           && r.literal(" ") && r.number(4, year) && r.literal(" ") && r.clock(clock)
           && r.literal(" GMT") && r.end();
  };
  const auto dashed = [&](date_reader r) { // Sunday, 06-Nov-94 08:49:37 GMT
    if (!(r.letters() && r.literal(", ") && r.number(2, day) && r.literal("-") && r.month(month)
          && r.literal("-") && r.number(2, year) && r.literal(" ") && r.clock(clock)
          && r.literal(" GMT") && r.end()))
      return false;
    // Two digits that would be more than 50 years ahead mean the century before.
    const int this_year = year_of_unix(now_unix_s);
    year += this_year / 100 * 100;
    if (year > this_year + 50)
      year -= 100;
    return true;
  };
  const auto spaced = [&](date_reader r) { // Sun Nov  6 08:49:37 1994
    return r.letters() && r.literal(" ") && r.month(month) && r.literal(" ")
           && (r.literal(" ") ? r.number(1, day) : r.number(2, day)) && r.literal(" ")
           && r.clock(clock) && r.literal(" ") && r.number(4, year) && r.end();
  };
  const date_reader start{text};
  if (!fixed(start) && !dashed(start) && !spaced(start))
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok())
    return std::nullopt;
  return std::chrono::sys_days{date}.time_since_epoch().count() * std::int64_t{86'400} + clock;
}

} // namespace

std::optional<milliseconds> retry_delay(fault error, int status, std::uint32_t attempt,
                                        std::optional<milliseconds> retry_after,
                                        const limits& bounds, std::uint64_t draw) {
  if (attempt >= bounds.retries_max || !passes_by_itself(error, status, attempt))
    return std::nullopt;
  const std::uint64_t cap = bounds.retry_ms_max;
  std::uint64_t backoff = bounds.retry_base_ms;
  for (std::uint32_t i = 0; i < attempt && backoff < cap; ++i)
    backoff *= 2;
  backoff = std::min(backoff, cap);
  const std::uint64_t half = backoff / 2;
  const milliseconds jittered{static_cast<std::int64_t>(half + draw % (backoff - half + 1))};
  if (!retry_after)
    return jittered;
  return std::min(std::max(*retry_after, jittered), milliseconds{bounds.retry_ms_max});
}

std::optional<milliseconds> parse_retry_after(std::string_view header, std::int64_t now_unix_s) {
  constexpr std::int64_t seconds_max = 10ll * 366 * 86'400;
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!header.empty() && blank(header.front()))
    header.remove_prefix(1);
  while (!header.empty() && blank(header.back()))
    header.remove_suffix(1);
  if (header.empty())
    return std::nullopt;
  std::int64_t wait_s = 0;
  if (std::all_of(header.begin(), header.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    for (const char c : header)
      wait_s = std::min(wait_s * 10 + (c - '0'), seconds_max);
  } else if (const auto date = parse_http_date(header, now_unix_s)) {
    wait_s = *date > now_unix_s ? std::min(*date - now_unix_s, seconds_max) : 0;
  } else {
    return std::nullopt;
  }
  return milliseconds{wait_s * 1000};
}

} // namespace troupe::crawl
