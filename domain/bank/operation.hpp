// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string_view>

#include "domain/bank/money.hpp"

namespace troupe::bank {

/// What a ledger does. The numbers are stored: never change one.
enum class operation_kind : std::uint8_t {
  open = 1,     ///< `to`: a new account in `unit`, `value` the overdraft it may take
  close = 2,    ///< `from`: an account without balance and holds
  deposit = 3,  ///< outside -> `to`
  withdraw = 4, ///< `from` -> outside
  transfer = 5, ///< `from` -> `to`, here or in another partition
  hold = 6,     ///< reserve `value` of `from` until `expires_ms`; the operation's id is the hold's
  post = 7,    ///< `hold` of `from` -> `to`, here or in another partition: `value` of it or (0) the
               ///< whole; the rest is free again. If another partition refuses, all of it is
  release = 8, ///< `hold` of `from` is free again ("void")
  // Made by ledgers, never taken from clients.
  expire = 20, ///< a hold's time is over; has no id
  // A transfer or a post between partitions has three records, all under its id.
  receive = 21,   ///< the far end: in-flight -> `to`
  settle = 22,    ///< the near end, once it was received: `from` -> in-flight
  give_back = 23, ///< the near end, once it was refused: free again; `why` says by what
};

/// Returns: "open", "give-back", ...; "" for a number that is no kind.
std::string_view to_string(operation_kind k);
bool from_client(operation_kind k); ///< false for those that only ledgers make

/// Why an operation was refused. The numbers are stored: never change one.
enum class fault : std::uint8_t {
  none = 0,
  bad_operation = 1, ///< no such kind, not for clients, or a field missing or beyond its range
  id_missing = 2,    ///< all operations of clients have one
  id_reused = 3,     ///< the same id came before with another content
  amount_not_positive = 4, ///< 0 or less (of post: less than 0)
  no_account = 5,
  account_exists = 6,
  closed = 7,              ///< the account is
  not_empty = 8,           ///< to be closed, but there is balance or a hold
  same_account = 9,        ///< from and to are one
  currency_mismatch = 10,  ///< between accounts, or with the unit that the operation names
  insufficient_funds = 11, ///< balance + overdraft_max - held is less than the amount
  overflow = 12,           ///< a balance would not fit 64 bits
  no_hold = 13,            ///< none of that id on that account
  hold_expired = 14,
  hold_closed = 15,     ///< posted or released before
  exceeds_hold = 16,    ///< more is to be posted than is held
  expiry_past = 17,     ///< a hold that would begin expired
  wrong_partition = 18, ///< all or nothing, and its accounts live in several partitions
  batch_refused = 19,   ///< another of an all-or-nothing batch was refused
  ledger_full = 20,     ///< ids_max, accounts_max or holds_max is reached
  batch_too_large = 21, ///< batch_operations_max
  store_failed = 22,    ///< not committed; the ledger has stopped
  unreachable = 23,     ///< no answer in time: send it again, with the same id
};

/// Returns: the enumerator's name; "" for none.
std::string_view to_string(fault f);

/// One line of work. Fields that its kind does not name are 0.
struct operation {
  op_id id;
  operation_kind kind{};
  fault why = fault::none; ///< of give_back alone
  account_id from = no_account;
  account_id to = no_account;
  amount value = 0;
  currency unit = currency::none; ///< open: the account's; elsewhere none, or a check
  op_id hold;
  std::int64_t expires_ms = 0; ///< of hold; Unix time in milliseconds; 0: never
  amount far_balance = 0;      ///< of settle and give_back: `to`'s after it, in its partition
  friend bool operator==(const operation&, const operation&) = default;
};

/// What can be said of an operation without looking at any account: is its kind known, are the
/// fields there that it takes, and no others? Faults: bad_operation, id_missing.
fault check_form(const operation& op);

/// What travels of a transfer or post to another partition. Takes: what it moves of which currency.
operation transfer_of(const operation& op, amount value, currency unit);

/// What came of it. Sending the same operation again gives the same receipt again.
struct receipt {
  op_id id;
  fault error = fault::none;
  bool pending = false; ///< reserved here, on its way to another partition; no client sees this
  std::uint64_t sequence = 0; ///< place in the partition's history, from 1; 0: not in it
  std::int64_t time_ms = 0;   ///< Unix time
  amount moved = 0;           ///< or held, or freed
  amount from_balance = 0;    ///< after it; 0 where there is no such account
  amount from_held = 0;       ///< after it: part of from_balance that is reserved
  amount to_balance = 0;      ///< after it, in another partition too
  /// Another partition refused it, and what was reserved for it is free again: of a post the whole
  /// hold. Not stored: final_receipt knows it.
  bool given_back = false;
  friend bool operator==(const receipt&, const receipt&) = default;
};

/// One line of a partition's history: refused operations are in it too.
struct record {
  operation asked;
  receipt answer;
  friend bool operator==(const record&, const record&) = default;
};

struct account {
  account_id id = no_account;
  currency unit = currency::none;
  amount balance = 0;
  amount held = 0;
  amount overdraft_max = 0; ///< how far below zero balance - held may go
  bool closed = false;
  friend bool operator==(const account&, const account&) = default;
};

/// What the client of a transfer or post between partitions is told in the end. Takes: its settle
/// or give_back record.
receipt final_receipt(const record& end);

/// Brings an account to where a record left it: receipts say what came of the accounts that they
/// name. Nothing happens to an account that the record does not name; system accounts it never
/// does.
void redo(account& a, const record& r);

enum class hold_state : std::uint8_t { open = 0, posted = 1, released = 2, expired = 3 };

/// Money reserved on an account. What is on its way to another partition is one too, under the id
/// of the transfer or post: `outgoing`.
struct hold {
  op_id id;
  account_id from = no_account;
  account_id to = no_account; ///< of an outgoing one
  amount value = 0;
  std::int64_t expires_ms = 0;
  hold_state state = hold_state::open;
  bool outgoing = false;
  std::uint64_t closed_by = 0; ///< sequence of the record that ended it
  friend bool operator==(const hold&, const hold&) = default;
};

} // namespace troupe::bank
