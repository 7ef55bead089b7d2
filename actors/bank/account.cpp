// SPDX-License-Identifier: BSD-3-Clause
#include "actors/bank/account.hpp"

#include "messages/type_ids.hpp"

namespace troupe::bank {

account_actor::behavior_type account_owner::make_behavior() {
  return {
      // Check and act are one message: there is no moment between them for anybody else.
      [this](const withdraw& x) { return slip(account_.draw(x.amount)); },
      [this](const deposit& x) { return slip(account_.deposit(x.amount)); },
      // These two are each as safe as the others. Together they are the race again: between the
      // answer to the first and the second there is time for other messages. See teller.hpp.
      [this](balance_wanted) { return slip(draw_fault::none); },
      [this](const set_balance& x) {
        account_.set_balance(x.balance);
        return slip(draw_fault::none);
      },
  };
}

account_owner::account_owner(account_actor::pointer, std::int64_t balance) : account_(balance) {}

account_slip account_owner::slip(draw_fault fault) const { return {fault, account_.balance()}; }

} // namespace troupe::bank
