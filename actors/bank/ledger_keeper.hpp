// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "domain/bank/ledger.hpp"
#include "io/bank/ledger_store.hpp"
#include "messages/bank.hpp"
#include "runtime/mail.hpp"

namespace troupe::bank {

/// The outside world as a ledger sees it: real in a program, doubles in a test.
struct ledger_ports {
  std::shared_ptr<io::ledger_store> store;          ///< for this actor alone
  std::shared_ptr<ledger> books;                    ///< loaded from it; for this actor alone
  std::function<std::int64_t()> now_ms;             ///< Unix time
  std::function<void(const std::string&)> stopped;  ///< told once why nothing is committed any more
  std::size_t uncommitted_operations_max = 100'000; ///< then it commits before it hears more
  std::uint64_t instance = 1; ///< drawn anew at each start, where whole reads are to notice one
  whole_limits whole;
};

/// The single writer of one partition.
///
///   post_batch -apply-> waiting -ledger_due, behind all that had come-> commit, sync -> receipts
///
/// While the store syncs, requests gather in the mailbox, and the next commit takes them all:
/// groups are as large as the store is slow, and a lone request does not wait for others.
///
/// Whoever tells it of a cut that it has not heard of, has it keep a snapshot first, of what is
/// committed: it commits what it has, and then does what it was asked for. One snapshot is kept, of
/// the highest cut. Cost: a copy of all accounts, and a look at all holds there ever were.
class ledger_keeper {
public:
  static constexpr const char* name = "ledger";
  ledger_keeper(ledger_actor::pointer self, ledger_ports ports);
  ledger_actor::behavior_type make_behavior();

private:
  struct batch {
    caf::typed_response_promise<batch_receipts> promise;
    std::vector<receipt> receipts;
    std::size_t pending = 0; // of them, on their way to other partitions
    bool uncommitted = true; // is among batches_
  };
  using batch_ptr = std::shared_ptr<batch>;

  caf::result<batch_receipts> post(const post_batch& x);
  caf::result<account_report> report(const account_wanted& x);
  caf::result<history_report> report(const history_wanted& x);
  caf::result<operation_report> report(const operation_wanted& x);
  caf::result<hold_report> report(const hold_wanted& x);
  template <class Report, class Look>
  caf::result<Report> when_synced(Look look);
  cut_report report(const cut_wanted& x);
  arrivals_report report(const arrivals_wanted& x);
  void hear_of(std::uint64_t cut);
  ledger_closed close();
  bool up_to_date();
  void welcome(const courier_actor& who);
  void hand_on(const std::vector<operation>& transfers);
  void commit_soon();
  void commit();
  void stop(const std::string& why);
  void fail_all(fault on_its_way);
  void note_transfers(const post_batch& x, const batch_ptr& b);
  void end_transfers();
  void deliver(const batch_ptr& b);
  void wake_at_next_expiry();

  ledger_actor::pointer self_;
  ledger_ports ports_;
  courier_actor courier_;
  std::string failure_; // why it stopped
  std::uint64_t committed_ = 0;
  std::size_t uncommitted_operations_ = 0;
  bool commit_due_ = false;
  std::int64_t wake_ms_ = 0; // when a timer will come; 0: none will
  std::uint64_t cut_ = 0;    // the highest heard of
  part_at_cut at_cut_;       // taken when it was
  bool cut_too_large_ = false;

  // until the next commit
  std::vector<batch_ptr> batches_;
  std::vector<operation> sent_;
  std::vector<receipt> ended_;
  std::vector<std::function<void()>> questions_;
  // until the transfer is settled
  struct place {
    batch_ptr batch;
    std::size_t index;
  };
  std::multimap<op_id, place> travellers_;
};

} // namespace troupe::bank
