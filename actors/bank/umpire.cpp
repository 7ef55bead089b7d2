// SPDX-License-Identifier: BSD-3-Clause
#include "actors/bank/umpire.hpp"

#include <utility>

#include "messages/type_ids.hpp"

namespace troupe::bank {

umpire_actor::behavior_type umpire::make_behavior() {
  const auto tellers = start_(umpire_actor{self_});
  tellers_out_ = tellers.size();
  for (const auto& teller : tellers)
    watcher_.watch(self_, teller, [this](const caf::error&) {
      if (--tellers_out_ == 0)
        look_into(0);
    });
  if (tellers.empty())
    look_into(0);
  return {[this](race_step& x) { round_.story.push_back(std::move(x)); }};
}

umpire::umpire(umpire_actor::pointer self, std::vector<account_actor> accounts, start_tellers start,
               std::function<void(race_outcome)> ended)
    : self_(self), accounts_(std::move(accounts)), start_(std::move(start)),
      ended_(std::move(ended)), watcher_(self) {}

void umpire::look_into(std::size_t account) {
  if (account == accounts_.size())
    return end();
  runtime::request(self_, accounts_[account], deadline_, balance_wanted{})
      .then(
          [this, account](const account_slip& x) {
            round_.balances.push_back(x.balance);
            look_into(account + 1);
          },
          [this](const caf::error&) { end(); });
}

void umpire::end() {
  accounts_.clear();
  ended_(std::move(round_));
  self_->quit();
}

} // namespace troupe::bank
