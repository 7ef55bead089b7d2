// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>
#include <vector>

#include "baselines/primes/engine.hpp"
#include "tests/support/prime_pipe.hpp"

namespace troupe::test {

struct prime_engine_row {
  std::string_view name;
  prime_engine check;
};

/// The engines of this test program: the baselines, which ThreadSanitizer can watch, or the actors
/// beside one of them.
const std::vector<prime_engine_row>& prime_engines();

} // namespace troupe::test
