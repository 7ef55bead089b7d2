// SPDX-License-Identifier: BSD-3-Clause
#include "actors/bank/vault.hpp"

#include <utility>

#include "messages/type_ids.hpp"

namespace troupe::bank {

vault_actor::behavior_type vault::make_behavior() {
  return {
      [this](apply_batch& x) -> caf::result<batch_applied> {
        const auto refused = accounts_.apply(x.transfers);
        return batch_applied{std::move(x.transfers), refused};
      },
      [this](balances_wanted) -> caf::result<balances_known> {
        const auto all = accounts_.all();
        return balances_known{{all.begin(), all.end()}};
      },
  };
}

vault::vault(vault_actor::pointer, std::vector<std::int64_t> opening)
    : accounts_(std::move(opening)) {}

} // namespace troupe::bank
