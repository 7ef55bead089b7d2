// SPDX-License-Identifier: BSD-3-Clause
//
// The smallest bank: accounts numbered from 0, each with an amount of minor units, none below zero.
// No currencies, holds or ids, which the ledger has: what is left is the rule of a transfer and the
// memory traffic of obeying it, so that ways of sharing the accounts can be compared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace troupe::bank {

/// Moves `amount` minor units from one account to another.
struct quick_transfer {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::int64_t amount = 0;
  friend bool operator==(const quick_transfer&, const quick_transfer&) = default;
};

/// Why a transfer was refused, and nothing moved.
enum class quick_refusal : std::uint8_t {
  none = 0,
  no_account,          ///< there is no account of that number
  same_account,        ///< from an account to itself
  amount_not_positive, ///< zero or less
  insufficient_funds,  ///< the source has less than the amount
  overflow,            ///< the target's balance would not fit its type
};

/// Returns: the enumerator's name ("insufficient_funds"); "" for none.
std::string_view to_string(quick_refusal r);

/// What can be said without looking at a balance: part one of the rule.
/// Takes: how many accounts there are.
constexpr quick_refusal check_form(const quick_transfer& t, std::size_t accounts) {
  if (t.from >= accounts || t.to >= accounts)
    return quick_refusal::no_account;
  if (t.from == t.to)
    return quick_refusal::same_account;
  if (t.amount <= 0)
    return quick_refusal::amount_not_positive;
  return quick_refusal::none;
}

/// What the two balances say: part two. Every engine asks this, whatever guards its balances.
/// Takes: an amount above zero.
constexpr quick_refusal check_funds(std::int64_t amount, std::int64_t from, std::int64_t to) {
  if (from < amount)
    return quick_refusal::insufficient_funds;
  if (to > std::numeric_limits<std::int64_t>::max() - amount)
    return quick_refusal::overflow;
  return quick_refusal::none;
}

/// Moves the amount if the rule allows, and touches nothing if not.
/// Takes: the balances of the two accounts, whose form check_form() has passed.
constexpr quick_refusal move_funds(std::int64_t amount, std::int64_t& from, std::int64_t& to) {
  const auto refusal = check_funds(amount, from, to);
  if (refusal == quick_refusal::none) {
    from -= amount;
    to += amount;
  }
  return refusal;
}

/// Returns: the sum of balances with which a bank may open.
/// Throws: std::invalid_argument
/// if one is below zero, if the sum does not fit,
/// or if there are more accounts than numbers for them.
std::int64_t opening_sum(std::span<const std::int64_t> balances);

/// All accounts of a bank. The sum never changes; no balance is ever below zero.
/// Threads: one at a time; who sees to that is what the engines differ in.
class balances {
public:
  /// Throws: as opening_sum().
  explicit balances(std::vector<std::int64_t> opening);

  quick_refusal apply(const quick_transfer& t) {
    const auto refusal = check_form(t, amounts_.size());
    return refusal != quick_refusal::none ? refusal
                                          : move_funds(t.amount, amounts_[t.from], amounts_[t.to]);
  }

  /// Applies each in turn. Returns: how many were refused.
  std::size_t apply(std::span<const quick_transfer> batch);

  std::span<const std::int64_t> all() const { return amounts_; }
  std::int64_t sum() const { return sum_; }

private:
  std::vector<std::int64_t> amounts_;
  std::int64_t sum_;
};

} // namespace troupe::bank
