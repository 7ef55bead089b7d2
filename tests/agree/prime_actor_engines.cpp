// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp> // this program's main(): CMake names it in the first source

#include "actors/primes/run.hpp"
#include "tests/agree/prime_engines.hpp"

namespace troupe::test {

const std::vector<prime_engine_row>& prime_engines() {
  static const std::vector<prime_engine_row> rows{{"serial", baselines::check_serial},
                                                  {"actors", primes::check_actors}};
  return rows;
}

} // namespace troupe::test
