// SPDX-License-Identifier: BSD-3-Clause
#include "domain/bank/balances.hpp"

#include <stdexcept>
#include <utility>

namespace troupe::bank {

std::string_view to_string(quick_refusal r) {
  switch (r) {
  case quick_refusal::none:
    return "";
  case quick_refusal::no_account:
    return "no_account";
  case quick_refusal::same_account:
    return "same_account";
  case quick_refusal::amount_not_positive:
    return "amount_not_positive";
  case quick_refusal::insufficient_funds:
    return "insufficient_funds";
  case quick_refusal::overflow:
    return "overflow";
  }
  return "?";
}

std::int64_t opening_sum(std::span<const std::int64_t> balances) {
  if (balances.size() > std::numeric_limits<std::uint32_t>::max())
    throw std::invalid_argument("more accounts than 32-bit numbers for them");
  std::int64_t sum = 0;
  for (const auto amount : balances) {
    if (amount < 0)
      throw std::invalid_argument("an account would open below zero");
    if (sum > std::numeric_limits<std::int64_t>::max() - amount)
      throw std::invalid_argument("the sum of all accounts does not fit 64 bits");
    sum += amount;
  }
  return sum;
}

balances::balances(std::vector<std::int64_t> opening)
    : amounts_(std::move(opening)), sum_(opening_sum(amounts_)) {}

std::size_t balances::apply(std::span<const quick_transfer> batch) {
  std::size_t refused = 0;
  for (const auto& t : batch)
    refused += apply(t) != quick_refusal::none;
  return refused;
}

} // namespace troupe::bank
