// SPDX-License-Identifier: BSD-3-Clause
#include "actors/primes/check_list.hpp"

#include <memory>

#include <cstdint>
#include <string>

#include "domain/primes/primality.hpp"
#include "io/primes/block_checker.hpp"

namespace troupe::primes {

std::vector<verdict> check_list(const number_list& list, method how, const std::stop_token& stop) {
  const auto n = list.numbers.size();
  std::vector<verdict> verdicts(n, verdict::cancelled);
  if (how == method::trial) {
    for (std::size_t i = 0; i < n && !stop.stop_requested(); ++i)
      verdicts[i] = io::judge_until(std::to_string(list.numbers[i]), how, stop);
  } else {
    std::vector<std::uint8_t> primes(n);
    are_prime(list.numbers, primes);
    for (std::size_t i = 0; i < n; ++i)
      verdicts[i] = primes[i] != 0 ? verdict::prime : verdict::composite;
  }
  for (const auto& x : list.large)
    verdicts[x.at] = io::judge_until(x.digits, how, stop);
  return verdicts;
}

check_ports checking_ports(const io::prime_plan& plan, const std::stop_token& stop) {
  check_ports ports;
  ports.make_line_checker = [plan, stop](const line_job& job) {
    auto same = plan;
    same.job = job;
    return [checker = std::make_shared<io::block_checker>(same, stop)](std::string_view lines) {
      return checker->check(lines);
    };
  };
  ports.check_numbers = [stop](const number_list& list, method how) {
    return check_list(list, how, stop);
  };
  ports.give_up = unknown_block;
  return ports;
}

} // namespace troupe::primes
