// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp> // this program's main(): CMake names it in the first source

#include "actors/crawl/service.hpp"
#include "tests/agree/crawl_service_cases.hpp"

namespace troupe::test {

const std::vector<crawl_service_row>& crawl_services() {
  static const std::vector<crawl_service_row> rows{
      {"actors", [](const gateway::crawl_service_options& o) {
         crawl::crawl_service_options options;
         options.common = o;
         return crawl::make_crawl_service(options);
       }}};
  return rows;
}

} // namespace troupe::test
