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

  template <class T>
  T there_and_back(const T& x) {
    const auto bytes = runtime::to_bytes(actors.system(), x);
    BOOST_REQUIRE(bytes.has_value());
    const auto y = runtime::from_bytes<T>(actors.system(), *bytes);
    BOOST_REQUIRE(y.has_value());
    // What came out says the same again.
    BOOST_TEST((runtime::to_bytes(actors.system(), *y) == bytes));
    break_it<T>(*bytes);
    return *y;
  }

  // No prefix is a message, and whatever a byte is changed to, nothing breaks.
  template <class T>
  void break_it(const std::string& bytes) {
    std::mt19937_64 draw{1};
    for (std::size_t n = 0; n < bytes.size(); n += 1 + bytes.size() / 200)
      BOOST_TEST(!runtime::from_bytes<T>(actors.system(), bytes.substr(0, n)).has_value());
    for (int i = 0; i < 300 && !bytes.empty(); ++i) {
      auto broken = bytes;
      for (auto times = 1 + draw() % 3; times > 0; --times)
        broken[draw() % broken.size()] = static_cast<char>(draw());
      runtime::from_bytes<T>(actors.system(), broken);
    }
  }
};

} // namespace troupe::test
