// SPDX-License-Identifier: BSD-3-Clause
#include "bench/bank/engine.hpp"

#include <atomic>
#include <exception>
#include <latch>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include <sched.h>
#include <sys/resource.h>

#include "baselines/bank/quick_bank.hpp"
#include "baselines/bank/sqlite_bank.hpp"

namespace troupe::bench {

namespace {

using baselines::quick_bank;
using amounts = std::vector<std::int64_t>;

double seconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

template <class Open>
bench_engine memory(std::string_view name, Open open) {
  return {name, false, [open](const bank_setting& s) {
            const auto bank = open(amounts(s.accounts, s.opening));
            return run_threads(s, *bank, true);
          }};
}

bank_result run_sqlite(const bank_setting& setting) {
  const auto bank = baselines::sqlite_bank(amounts(setting.accounts, setting.opening),
                                           {.file = setting.folder / "sqlite.db",
                                            .commit_transfers_max = setting.batch,
                                            .connections = setting.clients});
  return run_threads(setting, *bank, false);
}

} // namespace

const std::vector<bench_engine>& bank_engines() {
  static const std::vector<bench_engine> rows{
      memory("one-mutex", [](amounts a) { return baselines::one_mutex_bank(std::move(a)); }),
      memory("batched-mutex",
             [](amounts a) { return baselines::batched_mutex_bank(std::move(a)); }),
      memory("ordered-locks",
             [](amounts a) { return baselines::ordered_locks_bank(std::move(a)); }),
      memory("atomics", [](amounts a) { return baselines::atomics_bank(std::move(a)); }),
      {"vault", false, [](const bank_setting& s) { return run_vault(s, false); }},
      {"vault-stealing", false, [](const bank_setting& s) { return run_vault(s, true); }},
      // Durable engines. `batch` is how many transfers share a commit.
      {"sqlite", true, run_sqlite},
      {"postgres", true, run_postgres},
      {"ledger", true, run_ledger},
  };
  return rows;
}

bank_result run_threads(const bank_setting& setting, quick_bank& bank, bool to_pin) {
  bank_result result;
  std::mutex mutex; // of what follows, and of result
  unsigned unpinned = 0;
  std::exception_ptr failure;
  std::latch ready(setting.clients + 1);
  clock::time_point until; // written before the latch opens
  const auto work = [&](unsigned i) {
    const bool pinned = to_pin && pin(0, i);
    ready.arrive_and_wait();
    std::uint64_t done = 0;
    std::uint64_t refused = 0;
    std::exception_ptr mine;
    try {
      transfer_stream stream(i, setting.accounts, until);
      std::vector<bank::quick_transfer> batch;
      for (stream(batch, setting.batch); !batch.empty();) {
        refused += bank.apply(batch);
        done += batch.size();
        batch.clear();
        stream(batch, setting.batch);
      }
    } catch (...) {
      mine = std::current_exception();
    }
    const std::lock_guard lock(mutex);
    result.transfers += done;
    result.refused += refused;
    unpinned += !pinned;
    if (mine)
      failure = mine;
  };
  {
    std::vector<std::jthread> crew;
    for (unsigned i = 0; i < setting.clients; ++i)
      crew.emplace_back(work, i);
    const auto cpu = cpu_seconds();
    const auto begun = clock::now();
    until = begun + setting.duration;
    ready.arrive_and_wait();
    crew.clear(); // joins
    result.seconds = std::chrono::duration<double>(clock::now() - begun).count();
    result.cpu_s = cpu_seconds() - cpu;
  }
  result.pinned = unpinned == 0;
  if (failure)
    std::rethrow_exception(failure);
  result.balances = bank.balances();
  return result;
}

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

bool pin(int thread, unsigned which) {
  cpu_set_t mine;
  // What the process began with; the thread itself may be bound already.
  static const cpu_set_t all = [] {
    cpu_set_t set;
    CPU_ZERO(&set);
    ::sched_getaffinity(0, sizeof set, &set);
    return set;
  }();
  const auto usable = static_cast<unsigned>(CPU_COUNT(&all));
  if (usable < 2)
    return false;
  auto left = which % usable;
  for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &all) && left-- == 0) {
      CPU_ZERO(&mine);
      CPU_SET(cpu, &mine);
      return ::sched_setaffinity(thread, sizeof mine, &mine) == 0;
    }
  return false;
}

} // namespace troupe::bench
