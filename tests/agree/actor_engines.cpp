// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp> // this program's main(): CMake names it in the first source

#include "actors/crawl/run.hpp"
#include "tests/agree/engines.hpp"

namespace troupe::test {

// One baseline stands beside the actors, so that "all engines agree" has something to agree with.
const std::vector<engine_row>& engines() {
  static const std::vector<engine_row> rows{{"serial", baselines::crawl_serial, false},
                                            {"actors", crawl::crawl_actors}};
  return rows;
}

} // namespace troupe::test
