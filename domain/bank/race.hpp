// SPDX-License-Identifier: BSD-3-Clause
//
// The tutorial's race as plain values: what several tellers do at once, the story of it, and the
// judgement. Every engine, with locks or without, plays the same plan and gives the same kind of
// story.
//
//   draw        all tellers draw `draw` from account A
//   transfer    teller 1, 3 ... move `draw` from A to B, teller 2, 4 ... from B to A
//
// Both accounts begin with `balance`. Each teller looks, pauses, acts.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/bank/account.hpp"

namespace troupe::bank {

/// The limits of a plan. Sums of all draws stay far inside 64 bits.
inline constexpr std::uint32_t race_tellers_max = 100;
inline constexpr std::int64_t race_amount_max = 1'000'000'000'000;

struct race_plan {
  std::int64_t balance = 1000;
  std::int64_t draw = 800;
  std::uint32_t tellers = 2;
  std::chrono::milliseconds pause{100}; ///< between looking and acting
  bool transfer = false;

  /// Returns: how many accounts the plan has.
  std::size_t accounts() const { return transfer ? 2 : 1; }
  /// Takes: a teller's number, from 0. Returns: the number of the account it draws from.
  std::size_t from(std::uint32_t teller) const { return transfer ? teller % 2 : 0; }
  /// Returns: the account that a transfer pays into.
  std::size_t to(std::uint32_t teller) const { return 1 - from(teller); }
};

/// Returns: "ta", "tb" ... "tz", then "t27", "t28" ...; the tutorial's names.
std::string teller_name(std::uint32_t teller);
/// Returns: "A" or "B".
std::string race_account_name(std::size_t account);

/// What a teller can do, or meet with.
enum class deed : std::uint8_t {
  saw,       ///< `amount` is the balance that it was shown, and that it now relies on
  drew,      ///< `amount` was paid out of the account
  paid_in,   ///< `amount` was paid into the account
  refunded,  ///< `amount` was given back to the account, since the other one refused
  remains,   ///< `amount` is the balance after what it did
  refused,   ///< the account said no: `why`
  waits,     ///< for the account's lock, which `other` holds
  gave_up,   ///< since it and `other` wait for each other
  lost_sight ///< no answer in time: done or not, the teller cannot know
};

/// One line of the story.
struct race_step {
  std::string who;
  deed what = deed::saw;
  std::uint32_t account = 0;
  std::int64_t amount = 0;
  draw_fault why = draw_fault::none;
  std::string other;
  bool operator==(const race_step&) const = default;
};

/// How one round went: its story, and what the accounts hold at the end.
struct race_outcome {
  std::vector<race_step> story;
  std::vector<std::int64_t> balances;
};

enum class race_verdict : std::uint8_t {
  held,       ///< no balance below zero, no money made or lost, nobody stuck
  overdrawn,  ///< a balance went below zero
  miscounted, ///< an account does not hold what the deeds add up to: money was made or lost
  deadlocked, ///< tellers waited for each other, and one had to give up
  unknown,    ///< a deed is in doubt, so that nothing can be proved
};
inline constexpr std::size_t race_verdicts = 5;

/// Returns: the verdict's name ("held").
std::string_view to_string(race_verdict v);

/// Judges a round by its deeds: what each account should hold follows from them.
/// Returns: the worst that applies: unknown, miscounted, overdrawn, deadlocked, held, in this
/// order.
race_verdict judge(const race_plan& plan, const race_outcome& round);

/// Returns: what the accounts hold together beyond what the deeds add up to; below zero: lost
/// money.
std::int64_t money_off(const race_plan& plan, const race_outcome& round);

/// Returns: the line as the tutorial would print it, in English ("ta drew 800").
/// Takes: `plan`, since account names are left out where there is one account only.
std::string told(const race_plan& plan, const race_step& step);

/// Counts verdicts over many rounds.
struct race_tally {
  std::array<std::uint64_t, race_verdicts> rounds{};
  void add(race_verdict v) { ++rounds[static_cast<std::size_t>(v)]; }
  std::uint64_t of(race_verdict v) const { return rounds[static_cast<std::size_t>(v)]; }
  std::uint64_t all() const;
  std::uint64_t broken() const { return all() - of(race_verdict::held); }
};

} // namespace troupe::bank
