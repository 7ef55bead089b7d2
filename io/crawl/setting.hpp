// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <stop_token>

#include "domain/crawl/plan.hpp"
#include "io/crawl/crawl_book.hpp"
#include "io/crawl/earlier_pages.hpp"
#include "io/crawl/output.hpp"
#include "io/http/client.hpp"

namespace troupe::io {

/// What a crawl needs besides its plan; the version with actors and all others take the same.
struct crawl_setting {
  http_options http;              ///< its limits and User-Agent are replaced by the plan's
  crawl_output* output = nullptr; ///< null: rows are counted, not written
  /// What is finished is kept there, and gone on from. Of the version with actors only.
  crawl_book* book = nullptr;
  crawl_book::mark mark; ///< what the book said of the output, as far as that holds
  /// Pages of the crawl before this one: asked for only if they have changed. As `book`.
  earlier_pages* earlier = nullptr;
  std::stop_token stop; ///< Ctrl-C; may be requested from any thread
  /// Several times a second while pages come in. May be empty; called from one thread at a time,
  /// not always the same one.
  std::function<void(const crawl::crawl_counts&)> progress;
  /// About once a second, from the thread that calls progress, before it: what holds the crawl up.
  /// May be empty. Of the version with actors only, here and in a cluster: the others call progress
  /// as pages come in, and have nobody who looks at the clock while none do.
  std::function<void(const crawl::standstill&)> explain;
};

/// Returns: the setting's options with the plan's limits and User-Agent, as every version uses
/// them.
inline http_options http_options_of(const crawl::crawl_plan& plan, const crawl_setting& setting) {
  auto options = setting.http;
  options.user_agent = plan.user_agent;
  options.bounds = plan.bounds;
  return options;
}

} // namespace troupe::io
