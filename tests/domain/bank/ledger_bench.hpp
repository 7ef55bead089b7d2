// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <limits>
#include <optional>
#include <vector>

#include "domain/bank/ledger.hpp"

namespace troupe::test {

using namespace bank;

inline constexpr amount largest = std::numeric_limits<amount>::max();
inline const currency eur = parse_currency("EUR");
inline const currency usd = parse_currency("USD");

/// A ledger with what it has committed; each call is committed at once unless told otherwise.
struct bench : record_source {
  ledger books;
  std::vector<record> history;
  std::int64_t now_ms = 1'000;
  std::uint64_t last_id = 0;

  explicit bench(partition where = {}, ledger_limits bounds = {}) : books(where, bounds) {}

  std::optional<record> record_at(std::uint64_t sequence) override {
    return sequence <= history.size() ? std::optional{history.at(sequence - 1)} : std::nullopt;
  }
  void commit() {
    const auto c = books.changes();
    history.insert(history.end(), c.records.begin(), c.records.end());
    books.committed();
  }
  operation with_id(operation op) {
    if (!op.id)
      op.id = {7, ++last_id};
    return op;
  }
  receipt post(operation op) {
    const auto r = books.apply(with_id(op), now_ms, *this);
    commit();
    return r;
  }
  void open(account_id a, currency unit = eur, amount overdraft = 0) {
    post({.kind = operation_kind::open, .to = a, .value = overdraft, .unit = unit});
  }
  void deposit(account_id a, amount value) {
    post({.kind = operation_kind::deposit, .to = a, .value = value});
  }
  amount balance(account_id a) const { return books.find_account(a)->balance; }
  amount held(account_id a) const { return books.find_account(a)->held; }
  amount sum() const {
    amount all = 0;
    for (const account& a : books.accounts())
      all += a.balance;
    return all;
  }
};

inline operation transfer(account_id from, account_id to, amount value) {
  return {.kind = operation_kind::transfer, .from = from, .to = to, .value = value};
}
inline operation reserve(account_id from, amount value, std::int64_t expires_ms = 0) {
  return {.kind = operation_kind::hold, .from = from, .value = value, .expires_ms = expires_ms};
}
inline operation end(operation_kind kind, const receipt& held, account_id from,
                     account_id to = no_account, amount value = 0) {
  return {.kind = kind, .from = from, .to = to, .value = value, .hold = held.id};
}

/// Accounts 1 and 2 with 100 EUR each, 3 in USD, 4 closed, 5 with an overdraft of 50.
inline bench furnished() {
  bench b;
  for (const account_id a : {1, 2, 4})
    b.open(a);
  b.open(3, usd);
  b.open(5, eur, 50);
  b.deposit(1, 100);
  b.deposit(2, 100);
  b.post({.kind = operation_kind::close, .from = 4});
  return b;
}

} // namespace troupe::test
