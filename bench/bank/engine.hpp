// SPDX-License-Identifier: BSD-3-Clause
//
// What bench_bank can measure, and how it is told. All engines make transfers of the same kind for
// the same time; what they differ in is what they are measured for.
//
// To add an engine (the durable ledger, a second store): write a function as `bench_run` describes,
// and put a line with its name into the table in engines.cpp. The driver, the machine's
// description, the disk's own latency and the table come by themselves; what is to be run how often
// and with how many clients is in scripts/bench-bank.sh.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "baselines/bank/quick_bank.hpp"
#include "domain/bank/balances.hpp"

namespace troupe::bench {

using clock = std::chrono::steady_clock;

struct bank_setting {
  std::size_t accounts = 100'000;
  std::int64_t opening = 1'000'000'000; ///< on each account: enough that nothing is refused
  unsigned clients = 2;                 ///< threads, connections or tellers at once
  std::size_t batch = 256;              ///< transfers a batch; 1 is one transfer at a time
  std::size_t in_flight = 8;            ///< batches of a teller that an actor has at once
  std::chrono::milliseconds duration{2'000};
  std::filesystem::path folder; ///< a durable engine's files go here; empty and its own
  std::string postgres;         ///< libpq's connection string
};

/// What a run made of it. The driver checks it: every unit must still be there.
struct bank_result {
  std::uint64_t transfers = 0; ///< answered; with a durable engine, synced
  std::uint64_t refused = 0;
  double seconds = 0; ///< from the first transfer to the last answer; opening is not counted
  double cpu_s = 0;   ///< user and system seconds of this process in that time
  bool pinned = false;
  std::vector<std::int64_t> balances; ///< afterwards
};

/// Opens a bank with `setting.accounts` times `setting.opening`, has `setting.clients` clients draw
/// transfers from a transfer_stream each until it ends, and closes it. Where ids are kept, each
/// transfer has an own one of 128 bits, ascending within a client, as those of the rivals do.
/// Throws: std::exception with what went wrong; the row is then a failed one.
using bench_run = std::function<bank_result(const bank_setting& setting)>;

struct bench_engine {
  std::string_view name;
  bool durable = false; ///< has a folder, and the disk's sync latency is printed beside it
  bench_run run;
};

const std::vector<bench_engine>& bank_engines();

/// Transfers as they come to a teller: two accounts drawn evenly, 1 to 128 units, until time is up.
/// Drawing one costs about two nanoseconds, for every engine alike.
/// Threads: one at a time.
class transfer_stream {
public:
  transfer_stream(std::uint64_t seed, std::size_t accounts, clock::time_point until)
      : state_(0x9e3779b97f4a7c15ULL * (seed + 1)), accounts_(accounts), until_(until) {}

  /// Appends `count` transfers, or none once time is up; looks at the clock once.
  void operator()(std::vector<bank::quick_transfer>& batch, std::size_t count) {
    if (clock::now() >= until_)
      return;
    batch.resize(count);
    for (auto& t : batch)
      t = next();
  }

private:
  bank::quick_transfer next() {
    // splitmix64: two accounts from the halves of one number, the amount from bits of both.
    state_ += 0x9e3779b97f4a7c15ULL;
    auto z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    z ^= z >> 31;
    const auto from = static_cast<std::uint32_t>((z >> 32) * accounts_ >> 32);
    auto to = static_cast<std::uint32_t>((z & 0xffffffff) * (accounts_ - 1) >> 32);
    to += to >= from; // any but `from`
    return {from, to, static_cast<std::int64_t>(1 + (z & 127))};
  }

  std::uint64_t state_;
  std::uint64_t accounts_;
  clock::time_point until_;
};

/// CPU seconds that this process has used.
double cpu_seconds();

/// Binds a thread (0: the caller) to the `which`-th of the processors that this process may use.
/// Returns: whether it worked, and there are two or more to share.
bool pin(int thread, unsigned which);

/// Threads over one bank, as the engines without actors have them. Takes: whether each thread gets
/// a processor of its own (in turn); what waits for a disk or a server is better left alone.
bank_result run_threads(const bank_setting& setting, baselines::quick_bank& bank, bool to_pin);

/// Returns: microseconds that appending 4 KB to a file in `folder` and fdatasync() take: the median
/// of a hundred.
double sync_us(const std::filesystem::path& folder);

// The engines, each in a file of its own.
bank_result run_vault(const bank_setting& setting, bool stealing);
bank_result run_postgres(const bank_setting& setting);
bank_result run_ledger(const bank_setting& setting);

} // namespace troupe::bench
