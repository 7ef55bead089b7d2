// SPDX-License-Identifier: BSD-3-Clause
#include "baselines/crawl/report.hpp"

#include <algorithm>
#include <memory>

#include "io/crawl/url_file.hpp"

namespace troupe::baselines {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr auto progress_interval = 100ms;

} // namespace

crawl_report::crawl_report(const crawl_setting& setting)
    : setting_(setting), begin_(clock::now()), progress_due_(begin_ + progress_interval) {}

bool crawl_report::write(const crawl::page_result& page) {
  crawl::add_row(summary_, page.row);
  if (setting_.output != nullptr && summary_.output_error.empty())
    summary_.output_error =
        setting_.output->write({page.row, page.items, page.all_links, page.record.get()});
  return summary_.output_error.empty();
}

void crawl_report::progress(const crawl::crawl_counts& counts) {
  if (!setting_.progress || counts.pages < pages_shown_)
    return;
  const auto now = clock::now();
  if (now < progress_due_)
    return;
  progress_due_ = now + progress_interval;
  pages_shown_ = counts.pages;
  setting_.progress(counts);
}

crawl::crawl_summary crawl_report::finish(const crawl::frontier& pages, bool complete) {
  if (setting_.output != nullptr && summary_.output_error.empty())
    summary_.output_error = setting_.output->flush();
  if (summary_.output_error.empty())
    summary_.output_error = pages.failure();
  summary_.counts = pages.counts();
  summary_.interrupted = !complete && setting_.stop.stop_requested();
  if (summary_.first_error.empty())
    summary_.first_error = pages.denied_seed();
  summary_.seconds = std::chrono::duration<double>(clock::now() - begin_).count();
  if (setting_.progress)
    setting_.progress(summary_.counts);
  return std::move(summary_);
}

crawl::frontier make_frontier(const crawl::crawl_plan& plan, std::uint32_t concurrency) {
  auto bounds = plan.bounds;
  bounds.concurrency = std::max<std::uint32_t>(1, concurrency);
  crawl::frontier pages(bounds, plan.scope, std::make_unique<io::url_file>());
  for (const auto& u : plan.sitemaps)
    pages.add_sitemap(u);
  for (const auto& seed : plan.seeds)
    pages.add_seed(seed);
  return pages;
}

} // namespace troupe::baselines
