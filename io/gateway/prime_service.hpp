// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "domain/primes/number_list.hpp"
#include "domain/primes/verdict.hpp"
#include "io/gateway/services.hpp"

namespace troupe::gateway {

struct prime_answer {
  fault error = fault::none;
  std::vector<primes::verdict> verdicts; ///< one a number, in order
};

/// Are these prime?
class prime_service : public service {
public:
  virtual canceler check(primes::number_list list, callback<prime_answer> done) = 0;
};

} // namespace troupe::gateway
