// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp> // this program's main(): CMake names it in the first source

#include "tests/agree/bank_service_engines.hpp"

namespace troupe::test {

const std::vector<bank_service_row>& bank_services() {
  static const auto rows = baseline_bank_services();
  return rows;
}

} // namespace troupe::test
