// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::bank {

/// Amounts are whole minor units (cents, pence, yen); never fractions, never floating point.
using amount = std::int64_t;

/// Returns: a + b, or nothing where 64 bits do not hold it.
inline std::optional<amount> add(amount a, amount b) {
  amount sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::nullopt : std::optional{sum};
}

/// Returns: a - b, or nothing where 64 bits do not hold it.
inline std::optional<amount> subtract(amount a, amount b) {
  amount rest = 0;
  return __builtin_sub_overflow(a, b, &rest) ? std::nullopt : std::optional{rest};
}

/// A currency by its code, three or four capital letters (ISO 4217 has three), packed.
enum class currency : std::uint32_t { none = 0 };

/// Returns: currency::none if `code` is no code.
currency parse_currency(std::string_view code);
std::string to_string(currency c); ///< "" for none

/// An account's number, made by the client.
using account_id = std::uint64_t;

inline constexpr account_id no_account = 0;
inline constexpr account_id account_id_max =
    (std::uint64_t{1} << 62) - 1; ///< of a client's account

/// The accounts that a ledger keeps for itself, one a currency and partition, made when first
/// needed. They may owe without bound: that makes the sum over all accounts zero, always.
enum class system_account : std::uint8_t {
  outside = 1,   ///< where deposits come from and withdrawals go
  in_flight = 2, ///< between partitions: left the one, or reached the other
};

/// Returns: its number; above account_id_max, below 2^63.
constexpr account_id account_of(system_account which, currency unit) {
  return (std::uint64_t{1} << 62) | (std::uint64_t{static_cast<std::uint8_t>(which)} << 32)
         | static_cast<std::uint32_t>(unit);
}
constexpr bool is_system(account_id a) { return a > account_id_max; }

/// Returns: "17", "outside:EUR", "in-flight:EUR".
std::string account_name(account_id a);

/// What makes an operation the same one when it is sent again: 128 bits, made by the client (at
/// random, or from a name by a hash). All zero is no id.
struct op_id {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend bool operator==(const op_id&, const op_id&) = default;
  friend auto operator<=>(const op_id&, const op_id&) = default;
  explicit operator bool() const { return (high | low) != 0; }
};

/// Takes: 32 hexadecimal digits, hyphens anywhere (a UUID). Returns: nothing if it is none, or all
/// zero.
std::optional<op_id> parse_op_id(std::string_view text);
std::string to_string(const op_id& id); ///< 32 lower-case hexadecimal digits

} // namespace troupe::bank
