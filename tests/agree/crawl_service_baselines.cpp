// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp> // this program's main(): CMake names it in the first source

#include "baselines/gateway/crawl_jobs.hpp"
#include "tests/agree/crawl_service_cases.hpp"

namespace troupe::test {

const std::vector<crawl_service_row>& crawl_services() {
  static const std::vector<crawl_service_row> rows{
      {"pool",
       [](const gateway::crawl_service_options& o) {
         return baselines::make_crawl_jobs(o, baselines::crawl_coroutines);
       }},
      {"serial", [](const gateway::crawl_service_options& o) {
         return baselines::make_crawl_jobs(o, baselines::crawl_serial);
       }}};
  return rows;
}

} // namespace troupe::test
