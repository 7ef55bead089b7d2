// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "actors/savina/gatherer.hpp"
#include "domain/savina/outcomes.hpp"
#include "messages/savina_classics.hpp"

namespace troupe::savina {

/// Owns one balance; pays others when told to, and says so when they have it. It does not wait for
/// them: what it pays out meanwhile is another transfer's, and two accounts that pay each other
/// cannot wait for each other.
class bank_account {
public:
  static constexpr const char* name = "bank_account";
  bank_account(bank_account_actor::pointer self, std::uint64_t place, std::int64_t opening);
  bank_account_actor::behavior_type make_behavior();

private:
  bank_account_actor::pointer self_;
  std::uint64_t place_;
  std::int64_t balance_;
};

/// Has its share of all transfers made, so many at a time.
class bank_teller {
public:
  static constexpr const char* name = "bank_teller";
  using account_list = std::shared_ptr<const std::vector<bank_account_actor>>;
  bank_teller(bank_teller_actor::pointer self, account_list accounts, const banking_plan& plan,
              std::uint64_t teller, gatherer_actor head);
  bank_teller_actor::behavior_type make_behavior();

private:
  void send_next();

  bank_teller_actor::pointer self_;
  account_list accounts_;
  banking_plan plan_;
  std::uint64_t teller_;
  gatherer_actor head_;
  std::uint64_t share_;
  std::uint64_t sent_ = 0;
  std::uint64_t paid_ = 0;
};

/// See gatherer.hpp.
company assemble(caf::actor_system& system, const banking_plan& p, const gatherer_actor& head);
banking_outcome outcome_of(const banking_plan& p, const std::vector<tally>& all);

} // namespace troupe::savina
