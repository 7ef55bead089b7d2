// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/set_cookie.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "domain/crawl/html_directives.hpp"
#include "domain/crawl/percent.hpp"

namespace troupe::crawl {

namespace {

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == text.npos)
    return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), ascii_lower);
  return out;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return (u < 0x20 && c != '\t') || u == 0x7f;
  });
}

// What stands before the first `at`, which is taken away with it. Without one: all.
std::string_view cut(std::string_view& text, char at) {
  const auto end = std::min(text.find(at), text.size());
  const auto out = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return out;
}

bool is_delimiter(char c) {
  const auto u = static_cast<unsigned char>(c);
  return u == 0x09 || (u >= 0x20 && u <= 0x2f) || (u >= 0x3b && u <= 0x40)
         || (u >= 0x5b && u <= 0x60) || (u >= 0x7b && u <= 0x7e);
}

// The number at the begin of `text`, of `least` to `most` digits and no more, and takes it away.
std::optional<int> number(std::string_view& text, std::size_t least, std::size_t most) {
  std::size_t digits = 0;
  int value = 0;
  while (digits < text.size() && ascii_digit(text[digits])) {
    if (++digits > most)
      return std::nullopt;
    value = value * 10 + (text[digits - 1] - '0');
  }
  if (digits < least)
    return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

struct clock_time {
  int hour, minute, second;
};

std::optional<clock_time> read_time(std::string_view token) {
  std::array<int, 3> parts{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) {
      if (!token.starts_with(':'))
        return std::nullopt;
      token.remove_prefix(1);
    }
    const auto n = number(token, 1, 2);
    if (!n)
      return std::nullopt;
    parts[i] = *n;
  }
  return clock_time{parts[0], parts[1], parts[2]};
}

int read_month(std::string_view token) {
  constexpr std::string_view names = "janfebmaraprmayjunjulaugsepoctnovdec";
  if (token.size() < 3)
    return 0;
  const auto at = lower(token.substr(0, 3));
  for (std::size_t i = 0; i < 12; ++i)
    if (names.substr(3 * i, 3) == at)
      return static_cast<int>(i + 1);
  return 0;
}

std::optional<std::int64_t> expiry_of_age(std::string_view text, std::int64_t now) {
  const bool negative = text.starts_with('-');
  const auto digits = text.substr(negative ? 1 : 0);
  // "-" alone is a number of no digits to the standard, and so in the past.
  if (text.empty() || !std::all_of(digits.begin(), digits.end(), ascii_digit))
    return std::nullopt;
  if (negative || digits.find_first_not_of('0') == digits.npos)
    return long_gone;
  std::int64_t age = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), age);
  static_cast<void>(end);
  return now + (error == std::errc{} ? std::min(age, cookie_seconds_max) : cookie_seconds_max);
}

} // namespace

std::optional<std::int64_t> parse_cookie_date(std::string_view text) {
  std::optional<clock_time> time;
  std::optional<int> day, year;
  int month = 0;
  while (!text.empty()) {
    if (is_delimiter(text.front())) {
      text.remove_prefix(1);
      continue;
    }
    const auto end = static_cast<std::size_t>(std::find_if(text.begin(), text.end(), is_delimiter)
                                              - text.begin());
    auto token = text.substr(0, end);
    text.remove_prefix(end);
    if (!time && (time = read_time(token)))
      continue;
    if (auto t = token; !day && (day = number(t, 1, 2)))
      continue;
    if (month == 0 && (month = read_month(token)) != 0)
      continue;
    if (auto t = token; !year)
      year = number(t, 2, 4);
  }
  if (!time || !day || month == 0 || !year)
    return std::nullopt;
  if (*year < 100)
    *year += *year >= 70 ? 1900 : 2000;
  if (*year < 1601 || time->hour > 23 || time->minute > 59 || time->second > 59)
    return std::nullopt;
  using namespace std::chrono;
  const year_month_day date{std::chrono::year{*year},
                            std::chrono::month{static_cast<unsigned>(month)},
                            std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok())
    return std::nullopt;
  const auto days = sys_days{date}.time_since_epoch().count();
  return std::int64_t{days} * 86'400 + time->hour * 3'600 + time->minute * 60 + time->second;
}

std::optional<set_cookie> parse_set_cookie(std::string_view header, std::int64_t now_unix_s,
                                           const cookie_limits& bounds) {
  if (has_control(header))
    return std::nullopt;
  set_cookie out;
  auto pair = cut(header, ';');
  if (pair.find('=') != pair.npos)
    out.name = trim(cut(pair, '='));
  out.value = trim(pair);
  if (out.name.size() + out.value.size() > bounds.cookie_bytes_max
      || (out.name.empty() && out.value.empty()))
    return std::nullopt;
  std::optional<std::int64_t> by_date, by_age;
  while (!header.empty()) {
    auto rest = cut(header, ';');
    const auto name = trim(cut(rest, '='));
    const auto text = trim(rest);
    if (text.size() > cookie_attribute_bytes_max)
      continue;
    if (equals_any_case(name, "expires")) {
      if (const auto at = parse_cookie_date(text))
        by_date = std::clamp(*at, long_gone, now_unix_s + cookie_seconds_max);
    } else if (equals_any_case(name, "max-age")) {
      if (const auto at = expiry_of_age(text, now_unix_s))
        by_age = at;
    } else if (equals_any_case(name, "domain")) {
      out.domain = lower(text.starts_with('.') ? text.substr(1) : text);
    } else if (equals_any_case(name, "path")) {
      out.path = text;
    } else if (equals_any_case(name, "secure")) {
      out.secure = true;
    } else if (equals_any_case(name, "httponly")) {
      out.http_only = true;
    }
  }
  out.expires_unix_s = by_age ? by_age : by_date;
  return out;
}

} // namespace troupe::crawl
