// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string_view>

namespace troupe::bank {

/// Why an account refused. Refusing changes nothing.
enum class draw_fault : std::uint8_t {
  none = 0,
  amount_not_positive, ///< zero or less was asked for
  insufficient_funds,  ///< more than there is
  overflow,            ///< the balance would not fit into 64 bits
};

/// Returns: the fault in words ("the balance is too short"); "" for none.
std::string_view to_string(draw_fault f);

/// Whether an account with `balance` may pay out `amount`. This is the check alone. Whoever asks it
/// and acts on the answer later has to make sure that nobody else acts in between: with a lock,
/// with compare-and-swap, or by being the only one who can (an actor). Faults: amount_not_positive,
/// insufficient_funds.
draw_fault check_draw(std::int64_t balance, std::int64_t amount);

/// Faults: amount_not_positive, overflow.
draw_fault check_deposit(std::int64_t balance, std::int64_t amount);

/// The rule of the plain account: a balance in minor units (cents) that no draw takes below zero.
/// Check and act are one call. It knows nothing of threads: the one who owns it keeps them apart.
/// Source: the tutorial's class Account.
class plain_account {
public:
  explicit plain_account(std::int64_t balance) : balance_(balance) {}

  draw_fault draw(std::int64_t amount);
  draw_fault deposit(std::int64_t amount);
  /// Takes: any balance, unasked: see the trap in actors/bank/teller.hpp.
  void set_balance(std::int64_t balance) { balance_ = balance; }
  std::int64_t balance() const { return balance_; }

private:
  std::int64_t balance_;
};

} // namespace troupe::bank
