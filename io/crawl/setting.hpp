// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <stop_token>

#include "domain/crawl/plan.hpp"
#include "io/crawl/output.hpp"
#include "io/http/client.hpp"

namespace troupe::io {

/// What a crawl needs besides its plan; the actor version and all others take the same.
struct crawl_setting {
  http_options http;
  crawl_output* output = nullptr;
  std::stop_token stop; ///< Ctrl-C
  /// May be empty; called about four times a second, by one thread at a time.
  std::function<void(const crawl::crawl_counts&)> progress;
};

} // namespace troupe::io
