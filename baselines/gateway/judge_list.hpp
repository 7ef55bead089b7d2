// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <stop_token>
#include <vector>

#include "domain/primes/number_list.hpp"
#include "domain/primes/verdict.hpp"

namespace troupe::baselines {

/// Returns: a verdict a number, all by the fast method; `cancelled` for those that a stop came
/// before.
std::vector<primes::verdict> judge_list(const primes::number_list& list,
                                        const std::stop_token& stop = {});

} // namespace troupe::baselines
