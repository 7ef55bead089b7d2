// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp> // this program's main(): CMake names it in the first source

#include "tests/agree/engines.hpp"

namespace troupe::test {

const std::vector<engine_row>& engines() {
  static const auto rows = baseline_engines();
  return rows;
}

} // namespace troupe::test
