// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <random>
#include <string>

#include <boost/test/unit_test.hpp>

#include "messages/type_ids.hpp"
#include "runtime/bytes.hpp"
#include "runtime/test_system.hpp"

namespace troupe::test {

/// Messages as they travel to another process: what was sent comes out, and damaged bytes harm
/// nobody.
struct wire {
  runtime::test_system<caf::id_block::troupe> actors{1};

} // namespace troupe::test
