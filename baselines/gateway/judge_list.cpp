// SPDX-License-Identifier: BSD-3-Clause
#include "baselines/gateway/judge_list.hpp"

#include <cstdint>

#include "domain/primes/primality.hpp"
#include "io/primes/block_checker.hpp"

namespace troupe::baselines {

std::vector<primes::verdict> judge_list(const primes::number_list& list,
                                        const std::stop_token& stop) {
  std::vector<std::uint8_t> are(list.numbers.size());
  primes::are_prime(list.numbers, are);
  std::vector<primes::verdict> verdicts;
  verdicts.reserve(are.size());
  for (const auto is : are)
    verdicts.push_back(is != 0 ? primes::verdict::prime : primes::verdict::composite);
  for (const auto& x : list.large)
    verdicts[x.at] = io::judge_until(x.digits, primes::method::fast, stop);
  return verdicts;
}

} // namespace troupe::baselines
