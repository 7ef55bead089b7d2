// SPDX-License-Identifier: BSD-3-Clause
#include "domain/bank/account.hpp"

#include <limits>

namespace troupe::bank {

draw_fault plain_account::draw(std::int64_t amount) {
  const auto fault = check_draw(balance_, amount);
  if (fault == draw_fault::none)
    balance_ -= amount;
  return fault;
}

draw_fault plain_account::deposit(std::int64_t amount) {
  const auto fault = check_deposit(balance_, amount);
  if (fault == draw_fault::none)
    balance_ += amount;
  return fault;
}

draw_fault check_draw(std::int64_t balance, std::int64_t amount) {
  if (amount <= 0)
    return draw_fault::amount_not_positive;
  return balance < amount ? draw_fault::insufficient_funds : draw_fault::none;
}

draw_fault check_deposit(std::int64_t balance, std::int64_t amount) {
  if (amount <= 0)
    return draw_fault::amount_not_positive;
  return balance > std::numeric_limits<std::int64_t>::max() - amount ? draw_fault::overflow
                                                                     : draw_fault::none;
}

std::string_view to_string(draw_fault f) {
  switch (f) {
  case draw_fault::none:
    return "";
  case draw_fault::amount_not_positive:
    return "the amount is not positive";
  case draw_fault::insufficient_funds:
    return "the balance is too short";
  case draw_fault::overflow:
    return "the balance would be too large";
  }
  return "";
}

} // namespace troupe::bank
