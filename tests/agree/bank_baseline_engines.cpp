// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp> // this program's main(): CMake names it in the first source

#include "tests/agree/bank_engines.hpp"

namespace troupe::test {

const std::vector<bank_engine_row>& bank_engines() {
  static const auto rows = baseline_bank_engines();
  return rows;
}

} // namespace troupe::test
