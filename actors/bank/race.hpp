// SPDX-License-Identifier: BSD-3-Clause
//
// The race with actors, in two ways: on all cores and by the clock (race_actors), and one message
// at a time in every order there is (explore_orders).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/bank/race.hpp"

namespace troupe::bank {

/// How the tellers draw.
enum class actor_manner : std::uint8_t {
  one_message,  ///< withdraw: the account checks and acts
  get_then_set, ///< balance_wanted, then set_balance: the trap. Not for transfers.
};

/// Plays one round on an actor system of its own; returns when all tellers have gone.
/// Takes: a plan with at least one teller.
/// Cost: a message or two a teller and account, and the plan's pause once, for all of them
/// together.
race_outcome race_actors(const race_plan& plan, actor_manner manner);

/// One thing that happened in a stepwise round.
struct race_event {
  bool delivery = false; ///< somebody got a message; else: what a teller told upon it
  std::string text;
  bool operator==(const race_event&) const = default;
};

/// One round, message by message.
struct race_order {
  std::uint64_t number = 0; ///< from 1, in the order they are tried
  std::vector<race_event> events;
  race_outcome round;
};

/// What came of all orders.
struct race_orders {
  std::uint64_t tried = 0;
  std::uint64_t broken = 0;
  bool cut = false;  ///< there are more than `orders_max`
  bool drawn = true; ///< false: this CAF does not let orders be chosen; one was tried
  std::optional<race_order> first_broken;
};

inline constexpr std::uint64_t race_orders_max = 100'000;

/// Plays the round in every order in which its messages can be delivered, one after the other, and
/// judges each. The plan's pause is left out: any teller may be as late as it likes anyway.
/// Takes: `orders_max`, at least 1.
/// Cost: a tenth of a millisecond or so an order; their number grows very fast with tellers.
race_orders explore_orders(const race_plan& plan, actor_manner manner,
                           std::uint64_t orders_max = race_orders_max);

/// Plays order `number` again. Returns: none if there are fewer.
/// Cost: that of all orders before it, since they are counted through.
std::optional<race_order> replay_order(const race_plan& plan, actor_manner manner,
                                       std::uint64_t number);

} // namespace troupe::bank
