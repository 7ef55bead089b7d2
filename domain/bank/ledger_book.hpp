// SPDX-License-Identifier: BSD-3-Clause
//
// What ledger keeps: accounts, holds, ids and the uncommitted part of the history. It moves what it
// is told to move and remembers how to undo it; ledger.cpp decides whether.
#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "domain/bank/ledger.hpp"

namespace troupe::bank {

/// The steps of one transfer have one id.
enum class id_leg : std::uint8_t { client, receive, end };

constexpr id_leg leg_of(operation_kind k) {
  return k == operation_kind::receive                                    ? id_leg::receive
         : k == operation_kind::settle || k == operation_kind::give_back ? id_leg::end
                                                                         : id_leg::client;
}

class book {
public:
  // -- accounts
  account* find(account_id id);
  const account* find(account_id id) const;
  account& make(const account& a);
  account& system(system_account which, currency unit); ///< made when first asked for
  std::size_t account_count() const { return accounts_.size(); }
  const std::vector<account>& accounts() const { return accounts_; }
  /// To be called before an account is changed.
  void touch(account& a);

  // -- holds
  hold* find(const op_id& id);
  const hold* find(const op_id& id) const;
  void make(const hold& h);
  std::size_t hold_count() const { return holds_.size(); }
  const std::vector<hold>& holds() const { return holds_; }
  void touch(hold& h);                 ///< likewise
  hold* next_due(std::int64_t now_ms); ///< an open hold whose time is over
  std::optional<std::int64_t> next_expiry_ms();

  // -- ids and history
  std::optional<std::uint64_t> sequence_of(const op_id& id, id_leg leg) const;
  std::size_t id_count() const { return ids_.size(); }
  std::uint64_t last_sequence() const { return last_sequence_; }
  const record* uncommitted(std::uint64_t sequence) const;
  void remember(const record& r);
  void reserve_ids(std::size_t count) { ids_.reserve(count); }
  void restore_id(const operation& asked, std::uint64_t sequence);

  // -- undo of everything since begin()
  void begin();
  void keep();
  void undo();

  // -- for the store
  change_set changes() const;
  void committed();
  /// What was restored is stored already.
  void forget_changes();

private:
  struct id_key {
    op_id id;
    id_leg leg;
    bool operator==(const id_key&) const = default;
  };
  struct id_hash {
    using is_avalanching = void;
    std::size_t operator()(const op_id& id) const;
    std::size_t operator()(const id_key& k) const;
  };
  struct due {
    std::int64_t expires_ms;
    std::uint32_t index;
    bool operator>(const due& other) const { return expires_ms > other.expires_ms; }
  };
  bool still(const due& d) const;
  template <class T>
  static void mark(std::vector<std::uint32_t>& list, std::vector<bool>& marks, T index);

  std::vector<account> accounts_;
  boost::unordered_flat_map<account_id, std::uint32_t> account_at_;
  std::vector<hold> holds_;
  boost::unordered_flat_map<op_id, std::uint32_t, id_hash> hold_at_;
  std::priority_queue<due, std::vector<due>, std::greater<>> due_; // stale ones are skipped
  boost::unordered_flat_map<id_key, std::uint64_t, id_hash> ids_;

  std::uint64_t last_sequence_ = 0;
  std::vector<record> records_; // not committed
  std::vector<std::uint32_t> changed_accounts_, changed_holds_;
  std::vector<bool> account_changed_, hold_changed_;

  bool undoable_ = false;
  std::size_t records_before_ = 0, accounts_before_ = 0, holds_before_ = 0;
  std::vector<std::pair<std::uint32_t, account>> old_accounts_;
  std::vector<std::pair<std::uint32_t, hold>> old_holds_;
};

} // namespace troupe::bank
