// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>
#include <vector>

#include "baselines/crawl/engine.hpp"

namespace troupe::test {

using crawl_engine = crawl::crawl_summary (*)(const crawl::crawl_plan&,
                                              const baselines::crawl_setting&);

/// One way of crawling, as the agree tests see it.
struct engine_row {
  std::string_view name;
  crawl_engine run;
  bool concurrent = true; ///< false: one request at a time, whatever the limits allow
};

/// The engines of this test program. Each program that links the agree cases defines it: one
/// with the baselines alone, which ThreadSanitizer can watch, and one with the actors as well.
const std::vector<engine_row>& engines();

/// The six versions without actors, the pool in each of its orders.
inline std::vector<engine_row> baseline_engines() {
  using baselines::crawl_setting;
  using baselines::pool_order;
  using crawl::crawl_plan;
  return {
      {"serial", baselines::crawl_serial, false},
      {"threads", baselines::crawl_threads},
      {"queue",
       [](const crawl_plan& p, const crawl_setting& s) { return baselines::crawl_queue(p, s); }},
      {"pool-map",
       [](const crawl_plan& p, const crawl_setting& s) {
         return baselines::crawl_pool(p, s, pool_order::map);
       }},
      {"pool-submit",
       [](const crawl_plan& p, const crawl_setting& s) {
         return baselines::crawl_pool(p, s, pool_order::submit);
       }},
      {"pool-completed",
       [](const crawl_plan& p, const crawl_setting& s) {
         return baselines::crawl_pool(p, s, pool_order::completed);
       }},
      {"coroutines", baselines::crawl_coroutines},
      {"semaphore", baselines::crawl_semaphore},
  };
}

} // namespace troupe::test
