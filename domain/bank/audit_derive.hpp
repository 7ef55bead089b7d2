// SPDX-License-Identifier: BSD-3-Clause
//
// One partition, re-derived record by record from the movements alone. Part of the audit; shares
// nothing with ledger_book on purpose.
#pragma once

#include <cstdint>
#include <string>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "domain/bank/operation.hpp"

namespace troupe::bank {

using wide = __int128;

struct op_id_hash {
  std::size_t operator()(const op_id& id) const {
    // splitmix64's last steps over both halves; boost's maps want all bits mixed.
    std::uint64_t x = id.high ^ (id.low * 0x9e3779b97f4a7c15u);
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return static_cast<std::size_t>(x ^ (x >> 31));
  }
};

/// Which of how many.
struct partition_place {
  std::uint32_t number = 0;
  std::uint32_t count = 1;
  bool owns(account_id a) const { return is_system(a) || a % count == number; }
  /// Does its money go to another one?
  bool left_by(const operation& op) const {
    return (op.kind == operation_kind::transfer || op.kind == operation_kind::post) && !owns(op.to);
  }
};

class derived_partition {
public:
  explicit derived_partition(partition_place where) : where_(where) {}

  /// Returns: "" or what is wrong with it.
  std::string take(const record& r);

  const account* find(account_id id) const;
  const hold* find(const op_id& id) const;
  const auto& accounts() const { return accounts_; }
  const auto& holds() const { return holds_; }

private:
  std::string in_order(const record& r);
  std::string names_its_fields(const operation& op) const;
  std::string id_is_new(const operation& op);
  std::string act(const record& r);
  std::string open(const record& r);
  std::string close(const record& r);
  std::string reserve(const record& r);
  std::string end_hold(const record& r);
  std::string send_on(const record& r);
  std::string move(const operation& op, account_id from, account_id to, amount value);
  std::string receipt_is_true(const record& r) const;
  std::string stays_in_bounds(account_id id) const;
  currency unit_of(account_id id) const;

  partition_place where_;
  std::uint64_t sequence_ = 0;
  std::int64_t time_ms_ = 0;
  amount moved_ = 0; // by the record at hand
  boost::unordered_flat_map<account_id, account> accounts_;
  boost::unordered_flat_map<op_id, hold, op_id_hash> holds_;
  boost::unordered_flat_set<op_id, op_id_hash> ids_[3]; // a client's, receives, ends of transfers
};

} // namespace troupe::bank
