// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <caf/typed_response_promise.hpp>

#include "actors/bank/far_ports.hpp"
#include "actors/bank/router.hpp"
#include "domain/bank/places.hpp"
#include "messages/bank_far.hpp"
#include "runtime/mail.hpp"

namespace troupe::bank {

struct bank_head_ports {
  std::function<std::uint64_t()> now_us;            ///< wall time, for cuts
  std::function<void(const std::string& line)> say; ///< for the log; may be empty
};

/// Decides which node has which partition of a cluster's one ledger, and keeps what stands for the
/// whole of it at the coordinator:
///
///   client -> router, couriers, whole reader -> seats -> ledgers at the nodes
///
/// The first offer says which ledger it is; offers of another are refused. A partition is at one
/// node at a time: who takes it opens its file, and who had it before can commit nothing from then
/// on, wherever and however long it was stopped. So the head moves what it cannot reach, and needs
/// no proof that its node is dead.
///
/// A partition that no other node offers waits for its own.
class bank_head {
public:
  static constexpr const char* name = "bank-head";
  bank_head(bank_head_actor::pointer self, bank_head_ports ports, bank_far_limits bounds,
            router_limits router);
  ~bank_head();
  bank_head(const bank_head&) = delete;
  bank_head& operator=(const bank_head&) = delete;
  bank_head_actor::behavior_type make_behavior();

private:
  using node_id = places::node_id;
  struct node {
    warden_actor warden;
    std::string name;
    std::vector<caf::typed_response_promise<ledgers_let_go>> leaves;
  };
  struct seated {
    seat_actor seat;
    ledger_actor ledger;
    std::int64_t epoch = 0; // of the last that had it
    std::string why;        // why none has it
  };
  offer_answer admit(const ledgers_offered& x);
  void found_bank(const ledgers_offered& x);
  void advance();
  void take(std::uint32_t number, node_id at);
  void taken(std::uint32_t number, node_id at, const partition_taken& x);
  void not_taken(std::uint32_t number, node_id at, const std::string& why);
  void give_up(std::uint32_t number, node_id at);
  void emptied(std::uint32_t number, node_id at, const std::string& why);
  void lost(node_id at, const std::string& why);
  void watch_ledger(std::uint32_t number, node_id at);
  bank_known known() const;
  node_id find(const warden_actor& who) const;
  const std::string& name_of(node_id at) const { return nodes_.at(at).name; }
  void say(const std::string& line) const;

  bank_head_actor::pointer self_;
  bank_head_ports ports_;
  bank_far_limits bounds_;
  router_limits router_bounds_;
  runtime::watcher watcher_;

  std::uint64_t ledger_ = 0; // 0: nobody has offered any
  places places_;
  std::vector<seated> seats_; // a partition each
  router_actor router_;
  whole_actor whole_;
  std::map<node_id, node> nodes_;
  node_id next_node_ = 1;
  bool timer_ = false;
  std::uint64_t takes_ = 0; // that were tried again
};

} // namespace troupe::bank
