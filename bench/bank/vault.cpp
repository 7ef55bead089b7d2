// SPDX-License-Identifier: BSD-3-Clause
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "actors/bank/vault_bank.hpp"
#include "bench/bank/engine.hpp"

namespace troupe::bench {

namespace {

// Neither CAF's interface nor ours has a thread's number; the kernel has, by the name that CAF
// gives its workers. Returns: how many it bound.
unsigned pin_workers() {
  unsigned bound = 0;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::string name;
    std::getline(std::ifstream(task.path() / "comm"), name);
    if (name.starts_with("caf.multiplexer") || name.starts_with("caf.worker"))
      bound += pin(std::stoi(task.path().filename()), bound);
  }
  return bound;
}

} // namespace

// As many workers as processors; `clients` tellers, of whom there are two where threads are two,
// share them with the vault.
bank_result run_vault(const bank_setting& setting, bool stealing) {
  constexpr unsigned workers = 2;
  bank::vault_bank bank(std::vector<std::int64_t>(setting.accounts, setting.opening),
                        {.threads = workers, .stealing = stealing});
  bank_result result;
  // A worker has its name once it runs; CAF does not wait for that.
  for (int i = 0; i < 1000 && !result.pinned; ++i) {
    result.pinned = pin_workers() == workers;
    if (!result.pinned)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const auto cpu = cpu_seconds();
  const auto begun = clock::now();
  std::vector<bank::transfer_source> sources;
  for (unsigned i = 0; i < setting.clients; ++i)
    sources.emplace_back(transfer_stream(i, setting.accounts, begun + setting.duration));
  const auto report = bank.run(std::move(sources), {.batch_transfers_max = setting.batch,
                                                    .batches_in_flight_max = setting.in_flight});
  result.seconds = std::chrono::duration<double>(clock::now() - begun).count();
  result.cpu_s = cpu_seconds() - cpu;
  if (!report.error.empty())
    throw std::runtime_error(report.error);
  result.transfers = report.applied;
  result.refused = report.refused;
  result.balances = bank.balances();
  return result;
}

} // namespace troupe::bench
