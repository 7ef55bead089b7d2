// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "actors/bank/far_ports.hpp"
#include "messages/bank_far.hpp"
#include "runtime/mail.hpp"

namespace troupe::bank {

/// Opens one partition for its warden, in a thread of its own, and ends.
class opener {
public:
  static constexpr const char* name = "opener";
  opener(opener_actor::pointer self, warden_ports ports);
  opener_actor::behavior_type make_behavior();

private:
  opener_actor::pointer self_;
  warden_ports ports_;
};

/// A node's part of a bank: offers its partitions to the bank's head, opens and closes them as that
/// one says, and tells it of ledgers that stop.
///
///   take_partition -> opener: opens, loads -> spawns the ledger -> partition_taken
///   give_up_partition -> ledger: commits and closes -> partition_given_up
///
/// Ledgers have a thread each, since they wait for the disk, and for whoever has a file locked.
/// With the warden all of them end.
class warden {
public:
  static constexpr const char* name = "warden";
  warden(warden_actor::pointer self, bank_head_actor head, warden_ports ports,
         bank_far_limits bounds);
  ~warden();
  warden(const warden&) = delete;
  warden& operator=(const warden&) = delete;
  warden_actor::behavior_type make_behavior();

private:
  struct held {
    ledger_actor who;
    std::int64_t epoch = 0;
  };
  void offer();
  caf::result<partition_taken> take(const take_partition& x);
  partition_taken begin(const take_partition& x, const partition_opened& got);
  caf::result<partition_given_up> give_up(std::uint32_t number);
  void stopped(const ledger_stopped& x);
  void drain(const std::function<void()>& done);
  void say(const std::string& line) const;

  warden_actor::pointer self_;
  bank_head_actor head_;
  warden_ports ports_;
  bank_far_limits bounds_;
  std::map<std::uint32_t, held> held_;
  std::string said_; // the last refusal: told once until it changes
};

} // namespace troupe::bank
