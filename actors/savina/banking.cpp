// SPDX-License-Identifier: BSD-3-Clause
#include "actors/savina/banking.hpp"

#include <algorithm>
#include <utility>

#include "messages/savina_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::savina {

bank_account_actor::behavior_type bank_account::make_behavior() {
  return {
      [this](pay& x) {
        balance_ -= x.amount;
        runtime::send(self_, x.to, credit{x.amount, std::move(x.teller)});
      },
      [this](credit& x) {
        balance_ += x.amount;
        return credited{std::move(x.teller)};
      },
      [this](const credited& x) { runtime::send(self_, x.teller, paid{}); },
      [this](tally_wanted) {
        self_->quit();
        return tally{place_, {static_cast<std::uint64_t>(balance_)}};
      },
  };
}

bank_teller_actor::behavior_type bank_teller::make_behavior() {
  if (share_ == 0)
    runtime::send(self_, head_, finished{});
  while (sent_ < std::min(share_, plan_.unanswered_max))
    send_next();
  return {
      [this](paid) {
        ++paid_;
        if (sent_ < share_)
          send_next();
        else if (paid_ == share_)
          runtime::send(self_, head_, finished{});
      },
      [this](tally_wanted) {
        self_->quit();
        return tally{plan_.accounts + teller_, {paid_}};
      },
  };
}

bank_account::bank_account(bank_account_actor::pointer self, std::uint64_t place,
                           std::int64_t opening)
    : self_(self), place_(place), balance_(opening) {}

bank_teller::bank_teller(bank_teller_actor::pointer self, account_list accounts,
                         const banking_plan& plan, std::uint64_t teller, gatherer_actor head)
    : self_(self), accounts_(std::move(accounts)), plan_(plan), teller_(teller),
      head_(std::move(head)), share_(share_of(plan.transfers, plan.tellers, teller)) {}

void bank_teller::send_next() {
  const auto t = transfer_of(plan_, teller_ + sent_ * plan_.tellers);
  ++sent_;
  runtime::send(self_, (*accounts_)[t.from],
                pay{(*accounts_)[t.to], t.amount, bank_teller_actor{self_}});
}

company assemble(caf::actor_system& system, const banking_plan& p, const gatherer_actor& head) {
  const auto accounts = std::make_shared<std::vector<bank_account_actor>>();
  for (number i = 0; i < p.accounts; ++i)
    accounts->push_back(runtime::spawn<bank_account>(system, i, opening_of(p)));
  company all{{accounts->begin(), accounts->end()}, p.tellers};
  for (number i = 0; i < p.tellers; ++i)
    all.members.push_back(
        runtime::spawn<bank_teller>(system, bank_teller::account_list{accounts}, p, i, head));
  return all;
}

banking_outcome outcome_of(const banking_plan& p, const std::vector<tally>& all) {
  banking_outcome o;
  for (const auto& x : all)
    if (x.who < p.accounts)
      o.balances.push_back(static_cast<std::int64_t>(x.counts[0]));
    else
      o.paid += x.counts[0];
  return o;
}

} // namespace troupe::savina
