// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp> // this program's main(): CMake names it in the first source

#include "actors/gateway/source_service.hpp"
#include "actors/primes/service.hpp"
#include "baselines/gateway/serial.hpp"
#include "tests/agree/gateway_engines.hpp"

namespace troupe::test {

const std::vector<gateway_engine_row>& gateway_engines() {
  static const std::vector<gateway_engine_row> rows{
      {"serial", [](std::size_t) { return baselines::make_serial_primes(); },
       [](auto from) { return baselines::make_serial_sources(std::move(from)); }, false},
      {"actors",
       [](std::size_t waiting_max) {
         primes::prime_service_options o;
         o.waiting_max = waiting_max;
         return primes::make_prime_service(o);
       },
       [](auto from) { return gateway::make_source_actors(std::move(from)); }}};
  return rows;
}

} // namespace troupe::test
