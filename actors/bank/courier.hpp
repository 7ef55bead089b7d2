// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include <caf/timespan.hpp>

#include "domain/bank/ledger.hpp"
#include "messages/bank.hpp"
#include "runtime/mail.hpp"

namespace troupe::bank {

struct courier_limits {
  std::size_t batch_operations_max = 1'000;
  caf::timespan answer_deadline = std::chrono::seconds(5);
  caf::timespan resend_interval = std::chrono::seconds(1);
};

/// Takes transfers from one ledger to the others and back:
///
///   its ledger -transfers_sent-> courier -receive-> target ledger
///                                courier -settle or give_back-> its ledger
///
/// Each step has the transfer's id and is in a history before the next begins, so that any of it
/// may be sent again, by this courier or by one that comes after it: there is no lock, nobody waits
/// for a cycle.
class courier {
public:
  static constexpr const char* name = "courier";
  /// Takes: all ledgers in order, and which of them is its own.
  courier(courier_actor::pointer self, std::vector<ledger_actor> ledgers, std::uint32_t own,
          courier_limits bounds);
  courier_actor::behavior_type make_behavior();

private:
  struct parcel {
    operation next;         // to do now
    bool asked = false;     // no answer yet
    bool returning = false; // next is the end, at its own ledger
  };
  void take(const transfers_sent& x);
  void send_all(const std::vector<op_id>& ready);
  void send(const ledger_actor& to, std::vector<operation> ops);
  void answered(const std::vector<operation>& asked, const std::vector<receipt>& receipts);
  void failed(const std::vector<operation>& asked);
  void try_later(parcel& p);
  void resend();

  courier_actor::pointer self_;
  std::vector<ledger_actor> ledgers_;
  std::uint32_t own_;
  courier_limits bounds_;
  std::map<op_id, parcel> parcels_;
  bool timer_ = false;
  std::uint64_t cut_ = 0; // the highest heard of: all that is sent from here on carries it
};

} // namespace troupe::bank
