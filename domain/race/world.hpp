// SPDX-License-Identifier: BSD-3-Clause
//
// All that there is at one moment of a small race: accounts, locks, who is how far, what lies in
// whose mailbox. A plain value: two that are equal have the same future, and this is what makes it
// possible to count orders without playing each of them (orders.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::race {

/// What can be wrong. The first that is seen stays in the world.
enum class flaw : std::uint8_t {
  none,
  overdrawn,  ///< an account is below zero
  miscounted, ///< accounts and hands together hold more or less than at first: made or lost money
  deadlocked, ///< nobody can go on, and not everybody is through
};
inline constexpr std::size_t flaws = 4; ///< with none

/// Returns: "holds", "overdrawn", "miscounted", "deadlocked".
std::string_view to_string(flaw f);

/// What actors say to each other.
enum class letter_kind : std::uint8_t {
  withdraw,       ///< to an account: check and pay out
  deposit,        ///< to an account
  balance_wanted, ///< to an account
  set_balance,    ///< to an account: `amount` is its balance from now on
  set_if,         ///< to an account: likewise, if it still holds `seen`
  done,           ///< an account's answer: `amount` is its balance now
  refused,        ///< an account's answer: the balance `amount` is too short
  changed,        ///< an account's answer: it does not hold what was seen, but `amount`
  fork_wanted,    ///< to a fork
  fork_given,     ///< from a fork
  fork_back,      ///< to a fork
  forks_wanted,   ///< to the waiter: both
  forks_given,    ///< from the waiter
  forks_back,     ///< to the waiter
};

struct letter {
  letter_kind what = letter_kind::done;
  std::uint8_t from = 0; ///< who sent it
  std::int64_t amount = 0;
  std::int64_t seen = 0; ///< of set_if
  bool operator==(const letter&) const = default;
};

inline constexpr std::int8_t nobody = -1;
inline constexpr std::int8_t no_places = -1;

/// A teller, a philosopher, or an actor that serves them.
struct person {
  std::uint8_t at = 0;    ///< its next step; for actors: 0 if it has not begun
  bool over = false;      ///< it is through
  std::int64_t seen = 0;  ///< the balance that it was shown last, and relies on
  std::int64_t hand = 0;  ///< the money that it holds
  std::uint8_t forks = 0; ///< actors at the table: how many it was given
  bool operator==(const person&) const = default;
};

/// See the head of this file. Indices of people are those of model::cast().
struct world {
  std::vector<std::int64_t> accounts;
  std::vector<std::int8_t> locks; ///< who holds it, or nobody; forks are locks
  std::int8_t places = no_places; ///< of the semaphore that are left; no_places: there is none
  std::vector<person> people;
  std::vector<std::vector<letter>> mail;          ///< a mailbox each, the oldest letter first
  std::vector<std::vector<std::uint8_t>> waiting; ///< a queue each, of those that it makes wait
  flaw wrong = flaw::none;
  bool operator==(const world&) const = default;
};

/// Returns: bytes that are equal for equal worlds of one model, and for no others.
std::string key(const world& w);

} // namespace troupe::race
