// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp> // this program's main(): CMake names it in the first source

#include "baselines/gateway/pool.hpp"
#include "baselines/gateway/serial.hpp"
#include "tests/agree/gateway_engines.hpp"

namespace troupe::test {

const std::vector<gateway_engine_row>& gateway_engines() {
  static const std::vector<gateway_engine_row> rows{
      {"serial", [](std::size_t) { return baselines::make_serial_primes(); },
       [](auto from) { return baselines::make_serial_sources(std::move(from)); }, false},
      {"pool",
       [](std::size_t waiting_max) {
         return baselines::make_pool_primes({2, waiting_max});
       },
       [](auto from) { return baselines::make_pool_sources(std::move(from)); }}};
  return rows;
}

} // namespace troupe::test
