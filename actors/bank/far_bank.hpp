// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/timespan.hpp>

#include "domain/bank/ledger.hpp"
#include "domain/bank/whole_read.hpp"
#include "messages/bank_far.hpp"

namespace troupe::bank {

struct far_limits {
  caf::timespan answer_deadline = std::chrono::seconds(35); ///< longer than the router's own
  caf::timespan wait_max = std::chrono::seconds(5); ///< of a question, while no bank can be reached
  caf::timespan look_again = std::chrono::milliseconds(200); ///< for nodes that offer a ledger
  std::size_t questions_max = 10'000; ///< without an answer; further ones are unreachable at once
};

/// Which node has a partition now.
struct place_report {
  std::uint32_t number = 0;
  std::string node; ///< "": none
  std::string why;  ///< none has it, because of this
};

/// The bank of a cluster, for programs: the same functions as class bank (run.hpp), over whichever
/// bank head there is now, as its owner is told (a follower, see apps/bank_far.hpp).
///
/// What it is asked while there is none waits for wait_max; what was asked when one was lost is
/// answered at once: fault::unreachable, it may have been done or not, so send it again with the
/// same id. Each question is answered once.
///
/// Threads: its functions may be called from several threads at once; `done` is called once, on any
/// thread, which it must not hold up.
class far_bank {
public:
  /// Takes: a system that outlives it.
  explicit far_bank(caf::actor_system& system, far_limits bounds = {});
  /// What has no answer yet is answered with unreachable, or its `done` is destroyed, uncalled.
  ~far_bank();
  far_bank(const far_bank&) = delete;
  far_bank& operator=(const far_bank&) = delete;

  /// There is a coordinator, and this is its bank's head. Takes: empty if it has none.
  void use(const bank_head_actor& head);
  /// There is none any more.
  void lose(const std::string& why);

  std::vector<receipt> post(std::vector<operation> ops, bool all_or_nothing = false);
  void post(std::vector<operation> ops, bool all_or_nothing,
            std::function<void(std::vector<receipt>)> done);
  /// Returns: nothing if there is no such account. Throws: std::runtime_error if the bank does not
  /// answer.
  std::optional<account> find_account(account_id id);
  std::vector<record> history(account_id id, std::uint64_t before, std::uint32_t records_max);
  /// Faults: no_account, store_failed, unreachable.
  void find_account(account_id id, std::function<void(fault, const account&)> done);
  void history(account_id id, std::uint64_t before, std::uint32_t records_max,
               std::function<void(fault, std::vector<record>)> done);
  /// Faults: store_failed, unreachable.
  void find_operation(op_id id, std::function<void(fault, std::vector<record>)> done);
  void find_hold(op_id id, std::function<void(fault, std::vector<hold>)> done);

  /// All accounts as they were at one moment between the call and the answer, in an order with all
  /// posts that went through this bank's router: money is counted once. Each of its faults says
  /// why.
  whole_state whole_read();
  void whole_read(std::function<void(whole_state)> done);

  /// Where the partitions are now. Throws: std::runtime_error with one line if there is no bank.
  std::vector<place_report> places();
  /// Returns: "" or why nothing can be asked now, in one line. Asks, and waits up to wait_max.
  std::string failure() const;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::bank
