// SPDX-License-Identifier: BSD-3-Clause
#include "apps/crawl_report.hpp"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

#include <unistd.h>

#include "io/unix_time.hpp"

namespace troupe::apps {

namespace {

[[gnu::format(printf, 1, 2)]] std::string format(const char* pattern, ...) {
  char line[512];
  std::va_list args;
  va_start(args, pattern);
  std::vsnprintf(line, sizeof line, pattern, args);
  va_end(args);
  return line;
}

// What %llu takes, whatever uint64_t is here.
unsigned long long wide(std::uint64_t n) { return n; }

} // namespace

std::string human_bytes(std::uint64_t bytes) {
  const char* units[] = {"B", "kB", "MB", "GB", "TB"};
  double n = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; n >= 1000 && unit + 1 < std::size(units); ++unit)
    n /= 1000;
  return format(unit ? "%.1f %s" : "%.0f %s", n, units[unit]);
}

progress_line::progress_line(std::uint64_t pages_max)
    : pages_max_(pages_max), terminal_(::isatty(STDERR_FILENO) == 1) {}

progress_line::~progress_line() {
  if (terminal_ && shown_)
    std::fputs("\r\x1b[K", stderr);
}

void progress_line::explain(const crawl::standstill& why) {
  why_ = crawl::sentence_of(why, io::now_unix_ms());
}

void progress_line::show(const crawl::crawl_counts& now) {
  const auto at = clock::now();
  if (now.pages != pages_then_)
    moved_at_ = at;
  pages_then_ = now.pages;
  if (!terminal_ && at < plain_at_ + std::chrono::seconds(5))
    return;
  plain_at_ = at;
  shown_ = true;
  const double seconds = std::chrono::duration<double>(at - begun_).count();
  const double rate = seconds > 0 ? static_cast<double>(now.pages) / seconds : 0;
  std::string left;
  if (pages_max_ > now.pages && rate > 0)
    left = format(", %.0f s left at most", static_cast<double>(pages_max_ - now.pages) / rate);
  if (!why_.empty() && at - moved_at_ >= std::chrono::seconds(1))
    left = ", waiting: " + why_;
  const auto line = format("%llu pages, %.0f/s, %llu queued, %llu in flight, %llu errors, %s%s",
                           wide(now.pages), rate, wide(now.queued), wide(now.in_flight),
                           wide(now.errors), human_bytes(now.bytes).c_str(), left.c_str());
  std::fprintf(stderr, terminal_ ? "\r\x1b[K%s" : "%s\n", line.c_str());
  std::fflush(stderr);
}

// By hand, since the fields are numbers alone and a library would write seconds as 2.0E-1.
std::string summary_json(const crawl::crawl_summary& sum) {
  std::string by_status;
  for (const auto& [status, pages] : sum.by_status)
    if (status != 0)
      by_status += format("%s\"%d\":%llu", by_status.empty() ? "" : ",", status, wide(pages));
  const auto& n = sum.counts;
  return format(R"({"pages":%llu,"items":%llu,"errors":%llu,"bytes":%llu,"seconds":%.3f,)",
                wide(n.pages), wide(n.items), wide(n.errors), wide(n.bytes), sum.seconds)
         + R"("by_status":{)" + by_status + "},"
         + format(R"("retried":%llu,"robots_denied":%llu,"robots_unreachable":%llu,)",
                  wide(n.retried), wide(n.robots_denied), wide(n.robots_unreachable))
         + format(R"("out_of_scope":%llu,"cut":%llu,"dropped":%llu,"unchanged":%llu,)"
                  R"("interrupted":%s})",
                  wide(n.out_of_scope), wide(n.cut), wide(n.dropped), wide(sum.unchanged),
                  sum.interrupted ? "true" : "false");
}

std::string summary_text(const crawl::crawl_summary& sum) {
  const auto& n = sum.counts;
  const double rate = sum.seconds > 0 ? static_cast<double>(n.pages) / sum.seconds : 0;
  auto out = format("%llu pages in %.2f s (%.0f/s), %llu items, %llu errors, %s\n", wide(n.pages),
                    sum.seconds, rate, wide(n.items), wide(n.errors), human_bytes(n.bytes).c_str());
  std::string statuses;
  for (const auto& [status, pages] : sum.by_status)
    statuses += (status ? format("  %d: %llu", status, wide(pages))
                        : format("  no answer: %llu", wide(pages)));
  if (!statuses.empty())
    out += statuses.substr(2) + "\n";
  if (sum.unchanged)
    out += format("%llu pages have not changed since the crawl before\n", wide(sum.unchanged));
  if (n.robots_denied)
    out += format("robots.txt forbade %llu URLs\n", wide(n.robots_denied));
  if (n.dropped)
    out += format("%llu links were not followed: a limit on URLs or redirects\n", wide(n.dropped));
  if (n.cut)
    out += format("%llu pages have more links or items than are taken of one page\n", wide(n.cut));
  if (n.robots_unreachable)
    out += format("robots.txt could not be had from %llu hosts: nothing was fetched there\n",
                  wide(n.robots_unreachable));
  return out;
}

std::string why_nothing(const crawl::crawl_summary& sum) {
  for (const auto& [status, pages] : sum.by_status)
    if (status != 0)
      return "";
  if (!sum.first_error.empty())
    return sum.first_error;
  return "no page was fetched";
}

} // namespace troupe::apps
