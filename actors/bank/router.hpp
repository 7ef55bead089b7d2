// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include <caf/timespan.hpp>

#include "actors/bank/courier.hpp"
#include "messages/bank.hpp"
#include "runtime/mail.hpp"

namespace troupe::bank {

struct router_limits {
  caf::timespan answer_deadline = std::chrono::seconds(30); ///< of one ledger, for one batch
  std::size_t gathered_operations_max = 4'000; ///< of several clients, in one message to a ledger
  std::uint32_t courier_restarts_max = 1'000;
  courier_limits courier;
};

/// The bank's front: splits batches by partition and puts the receipts together again, in order;
/// lets no operation in that only ledgers make. What has come from several clients by the time it
/// gets to it goes on in one message, since a message costs more than an operation; each client's
/// order at a partition is kept, and between partitions as far as that an account that was opened
/// first is there when a transfer comes. Keeps a courier a ledger, and replaces those that die.
class router {
public:
  static constexpr const char* name = "router";
  router(router_actor::pointer self, std::vector<ledger_actor> ledgers, router_limits bounds);
  ~router();
  router(const router&) = delete;
  router& operator=(const router&) = delete;
  router_actor::behavior_type make_behavior();

private:
  struct job;
  /// Where a receipt goes.
  struct place {
    std::shared_ptr<job> whole;
    std::uint32_t index;
  };
  struct gathering {
    std::uint32_t far = 0; ///< partition that all of it leads to: a batch waits for its slowest
    bool opens = false;    ///< an account, which nobody who pays into it may overtake
    post_batch batch;
    std::vector<place> places;
  };
  template <class Done>
  void post(const post_batch& x, Done done);
  void gather(std::uint32_t p, gathering part);
  void send_gathered(std::uint32_t p);
  void ask(std::uint32_t p, gathering part);
  template <class Answer, class Question, class Done>
  void look(const Question& x, Done done);
  template <class Answer, class Question>
  void look_everywhere(const Question& x, std::function<void(Answer)> done);
  void find_operation(const operation_wanted& x, std::function<void(operation_report)> done);
  std::uint32_t partition_of(const operation& op) const;
  std::uint32_t far_end_of(const operation& op) const;
  void start_courier(std::uint32_t i);

  router_actor::pointer self_;
  std::vector<ledger_actor> ledgers_;
  router_limits bounds_;
  runtime::watcher watcher_;
  std::vector<courier_actor> couriers_;
  std::vector<gathering> gathered_; // a partition each
  bool due_ = false;
  std::uint64_t cut_ = 0; // the highest heard of: who has seen what is after it, acts after it
  std::uint32_t restarts_ = 0;
};

} // namespace troupe::bank
