// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <boost/test/unit_test.hpp>
#include <flint/ulong_extras.h>

#include <cstdint>
#include <vector>

#include "domain/primes/batch.hpp"
#include "domain/primes/primality.hpp"

namespace troupe::test {

/// Collects the numbers of one kind, and asks everybody about all of them.
class disputes {
public:
  void add(std::uint64_t n) { numbers_.push_back(n); }
  void add_around(std::uint64_t middle, std::uint64_t many) {
    for (std::uint64_t i = 0; i <= 2 * many; ++i)
      add(middle - many + i);
  }
  std::size_t size() const { return numbers_.size(); }

  /// Nobody may disagree with FLINT: not one number, not the batch in any of its ways.
  void check() const {
    std::vector<std::uint8_t> truth;
    for (const auto n : numbers_)
      truth.push_back(n_is_prime(n) != 0 ? 1 : 0);
    std::vector<std::uint8_t> verdicts;
    for (const auto n : numbers_)
      verdicts.push_back(primes::is_prime(n) ? 1 : 0);
    BOOST_TEST_CONTEXT("one by one") { compare(truth, verdicts); }
    for (const auto path : {primes::batch_path::portable, primes::batch_path::ifma}) {
      if (!primes::has_path(path))
        continue;
      verdicts.assign(numbers_.size(), 7);
      primes::are_prime(numbers_, verdicts, path);
      BOOST_TEST_CONTEXT("batch, " << primes::to_string(path)) { compare(truth, verdicts); }
    }
  }

private:
  void compare(const std::vector<std::uint8_t>& truth,
               const std::vector<std::uint8_t>& verdicts) const {
    int shown = 0;
    for (std::size_t i = 0; i < numbers_.size() && shown < 10; ++i)
      if (truth[i] != verdicts[i]) {
        ++shown;
        BOOST_ERROR(numbers_[i] << " is called " << int{verdicts[i]});
      }
    BOOST_TEST(shown == 0);
  }

  std::vector<std::uint64_t> numbers_;
};

} // namespace troupe::test
