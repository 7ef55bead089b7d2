// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "actors/bank/far_bank.hpp"
#include "apps/bank_workload_log.hpp"

namespace troupe::apps {

struct workload_plan {
  std::uint32_t clients = 8;
  std::uint32_t seconds = 60;
  std::uint64_t accounts = 50;
  bank::amount opening = 100;
  std::uint64_t seed = 1;
  std::uint32_t reads_every_ms = 200;
  std::uint32_t pause_ms = 5; ///< of a client, between transfers
  std::uint32_t again_ms_max =
      10'000;                       ///< the same id is sent again for so long; then it is unknown
  std::uint32_t settle_s_max = 120; ///< for the bank to answer, before and after the run
};

/// Works with a bank as several clients at once, and writes down what each of them asks and is
/// told. Ids are made of the seed, so a ledger takes one run of a seed.
///
///   open_accounts   each with the same money
///   run             `clients` threads send transfers between any two accounts; one more reads all
///   finish          asks for each id what came of it, and reads all once more
///
/// Threads: its functions are called one after the other; they start threads of their own.
class workload {
public:
  workload(const workload_plan& plan, bank::far_bank& to, history_log& log, std::stop_token stop);

  /// These throw std::runtime_error with one line if the bank does not answer in settle_s_max, or
  /// the history cannot be written.
  void open_accounts();
  void run();
  void finish();

  /// Returns: a line for people.
  std::string summary() const;

private:
  using clock = std::chrono::steady_clock;
  bank::receipt post(const bank::operation& op, clock::time_point deadline);
  /// Each of these throws what the thread of one of its numbers threw.
  template <class Work>
  void in_threads(std::uint32_t count, Work work);
  void transfer_on(std::uint32_t number, clock::time_point end);
  void read_on(clock::time_point end);
  bool read_once();
  void look_up(std::uint32_t number);
  void pause(std::chrono::milliseconds time, clock::time_point end) const;

  const workload_plan plan_;
  bank::far_bank& to_;
  history_log& log_;
  std::stop_token stop_;
  std::vector<std::vector<bank::op_id>> ids_; ///< a client each
  std::atomic<std::uint64_t> ok_{0}, refused_{0}, unknown_{0}, again_{0};
  std::atomic<std::uint64_t> reads_{0}, reads_failed_{0}, looked_up_{0};
  std::string last_trouble_; ///< of whole reads; of their thread
};

} // namespace troupe::apps
