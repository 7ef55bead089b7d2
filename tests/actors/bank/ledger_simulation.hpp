// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "domain/bank/operation.hpp"
#include "domain/bank/whole_read.hpp"
#include "tests/support/fake_disk.hpp"

namespace troupe::test {

struct simulation_options {
  bool syncs_late = false; ///< plant the bug: receipts leave before the sync
};

/// One bank's whole life, drawn from a seed: partitions, tellers that send and send again, holds
/// that expire, messages in any order, disks that crash before or after a commit or at any other
/// moment.
///
/// Whole reads run beside all that.
///
/// Checked: money conserved, no overdraft beyond the rule, each id applied once, no receipt taken
/// back, ends of transfers that tell what the far end tells, balances that follow from the history
/// alone, and whole reads that add up.
class ledger_simulation {
public:
  explicit ledger_simulation(std::uint64_t seed, simulation_options options = {});
  ~ledger_simulation();

  /// Returns: "" or the first thing that is wrong.
  std::string run();
  std::uint64_t receipts() const { return acknowledged_.size(); }
  std::uint64_t crashes() const { return crashes_; }
  std::uint64_t crossings() const { return crossings_; }
  std::uint64_t posts_away() const { return posts_away_; }
  std::uint64_t whole_reads() const { return whole_reads_; }
  std::uint64_t whole_crossings() const { return whole_crossings_; } ///< reads with money between

private:
  struct life;
  std::uint64_t roll(std::uint64_t below) { return draw_() % below; }
  bank::operation invent();
  void live(bool last);
  void send_something(life& now);
  void replace_courier(life& now);
  void read_all(life& now);
  void take(const bank::whole_state& w);
  void take(const bank::operation& asked, const bank::receipt& r);
  void finish(life& now);
  void crash();

  void fail(const std::string& what);
  void check_disks();
  void check_history(const fake_disk& disk, std::uint32_t partition);
  void check_flights();
  void check_acknowledged();
  void check_audit();

  std::mt19937_64 draw_;
  std::uint64_t seed_;
  std::uint32_t partitions_;
  std::uint32_t accounts_;
  std::vector<std::unique_ptr<fake_disk>> disks_;
  std::int64_t now_ms_ = 1'000'000;
  std::vector<bank::operation> asked_;
  std::vector<bank::operation> holds_;
  std::map<bank::op_id, bank::receipt> acknowledged_;
  std::map<bank::op_id, bank::operation> by_id_;
  std::uint64_t crashes_ = 0, crossings_ = 0, posts_away_ = 0, lives_ = 0;
  std::uint64_t whole_reads_ = 0, whole_crossings_ = 0, instances_ = 0, cut_ = 0;
  std::string wrong_;
};

} // namespace troupe::test
