// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp> // this program's main(): CMake names it in the first source

#include "actors/bank/service.hpp"
#include "tests/agree/bank_service_engines.hpp"

namespace troupe::test {

// One baseline stands beside the actors, so that "all engines agree" has something to agree with.
const std::vector<bank_service_row>& bank_services() {
  static const std::vector<bank_service_row> rows{baseline_bank_services().front(),
                                                  {"actors", 1, bank::make_bank_service},
                                                  {"actors-3", 3, bank::make_bank_service}};
  return rows;
}

} // namespace troupe::test
