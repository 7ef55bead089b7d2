// SPDX-License-Identifier: BSD-3-Clause
#include "apps/bank_transfers.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "actors/bank/vault_bank.hpp"
#include "apps/bank_errors.hpp"
#include "apps/describe.hpp"
#include "apps/tracing.hpp"
#include "apps/tracing_letters.hpp"
#include "baselines/bank/quick_bank.hpp"
#include "domain/compare/answer.hpp"
#include "io/trace/trace.hpp"

namespace troupe::apps {

namespace {

using amounts = std::vector<std::int64_t>;

constexpr std::int64_t amount_max = 128; // of one transfer

struct options {
  std::string engine = "actor";
  std::uint32_t accounts = 1'000;
  std::uint64_t transfers = 1'000'000;
  unsigned tellers = 2;
  std::size_t batch = 256;
  std::uint64_t seed = 1;
  bool json = false;
};

/// A teller's share: every so-manieth of all transfers, each drawn evenly from its number alone. So
/// all of them together are the same, whatever the engine and however many tellers.
class transfer_list {
public:
  transfer_list(const options& o, unsigned teller) : o_(o), next_(teller) {}

  void operator()(std::vector<bank::quick_transfer>& batch, std::size_t max) {
    for (; batch.size() < max && next_ < o_.transfers; next_ += o_.tellers)
      batch.push_back(drawn(next_));
  }

private:
  bank::quick_transfer drawn(std::uint64_t number) const { // splitmix64, two accounts of one number
    auto z = (o_.seed << 32) + (number + 1) * 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    z ^= z >> 31;
    const std::uint64_t accounts = o_.accounts;
    const auto from = static_cast<std::uint32_t>((z >> 32) * accounts >> 32);
    auto to = static_cast<std::uint32_t>((z & 0xffffffff) * (accounts - 1) >> 32);
    to += to >= from; // any but `from`
    return {from, to, static_cast<std::int64_t>(1 + z % amount_max)};
  }

  options o_;
  std::uint64_t next_;
};

struct outcome {
  std::uint64_t refused = 0;
  amounts balances;
};

outcome by_threads(const options& o, baselines::quick_bank& bank) {
  std::atomic<std::uint64_t> refused{0};
  std::exception_ptr failure;
  std::mutex failing;
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < o.tellers; ++i)
      threads.emplace_back([&, i] {
        trace::name_thread("teller " + std::to_string(i + 1));
        const trace::slice all{"transfers"};
        try {
          transfer_list list(o, i);
          std::vector<bank::quick_transfer> batch;
          for (list(batch, o.batch); !batch.empty(); batch.clear(), list(batch, o.batch))
            refused += bank.apply(batch);
        } catch (...) {
          const std::lock_guard hold{failing};
          failure = std::current_exception();
        }
      });
  }
  if (failure)
    std::rethrow_exception(failure);
  return {refused, bank.balances()};
}

outcome by_actor(const options& o, amounts opening) {
  bank::vault_bank bank(std::move(opening), {.threads = o.tellers + 1});
  std::vector<bank::transfer_source> sources;
  for (unsigned i = 0; i < o.tellers; ++i)
    sources.emplace_back(transfer_list(o, i));
  const auto report = bank.run(std::move(sources), {.batch_transfers_max = o.batch});
  if (!report.error.empty())
    throw std::runtime_error(report.error);
  return {report.refused, bank.balances()};
}

outcome play(const options& o, amounts opening) {
  if (o.engine == "actor")
    return by_actor(o, std::move(opening));
  const auto bank =
      o.engine == "one-mutex"       ? baselines::one_mutex_bank(std::move(opening))
      : o.engine == "batched-mutex" ? baselines::batched_mutex_bank(std::move(opening), o.batch)
      : o.engine == "ordered-locks" ? baselines::ordered_locks_bank(std::move(opening))
                                    : baselines::atomics_bank(std::move(opening));
  return by_threads(o, *bank);
}

std::optional<options> parse(int argc, char** argv, int& code) {
  options o;
  CLI::App app{"Many transfers among accounts in memory: what locks, atomics and an actor cost.",
               "troupe-bank transfers"};
  app.add_option("--engine", o.engine, "Who may touch an account, and when")
      ->check(CLI::IsMember({"actor", "one-mutex", "batched-mutex", "ordered-locks", "atomics"}))
      ->capture_default_str();
  app.add_option("--accounts", o.accounts, "Accounts")
      ->check(CLI::Range(2u, 10'000'000u))
      ->capture_default_str();
  app.add_option("--transfers", o.transfers, "Transfers, of all tellers together")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}))
      ->capture_default_str();
  app.add_option("--tellers", o.tellers,
                 "Threads, or actors that send to the one with the accounts")
      ->check(CLI::Range(1u, 64u))
      ->capture_default_str();
  app.add_option("--batch", o.batch, "Transfers a message; with batched-mutex, under one lock")
      ->check(CLI::Range(std::size_t{1}, std::size_t{10'000}))
      ->capture_default_str();
  app.add_option("--seed", o.seed, "The same seed, the same transfers")->capture_default_str();
  app.add_flag("--json", o.json, "One JSON object instead of words");
  try {
    declare_trace(app);
    describe_here(app);
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    code = app.exit(e);
    return std::nullopt;
  } catch (const CLI::Error& e) {
    throw usage_error(e.what(), "see troupe-bank transfers --help");
  }
  return o;
}

} // namespace

int bank_transfers(int argc, char** argv) {
  int code = 0;
  const auto o = parse(argc, argv, code);
  if (!o)
    return code;
  tracing trace{"troupe-bank"};
  trace_letters();
  // So much that none is refused, in whatever order they come.
  const auto opening = static_cast<std::int64_t>(o->transfers) * amount_max;
  const auto end = play(*o, amounts(o->accounts, opening));
  std::int64_t off = 0; // of a sum that could exceed 64 bits: what each moved away from its opening
  std::string all;
  for (const auto b : end.balances) {
    off += b - opening;
    all += std::to_string(b) + "\n";
  }
  const auto hash = compare::hash_of(all);
  if (o->json)
    std::puts(boost::json::serialize(boost::json::object{{"engine", o->engine},
                                                         {"transfers", o->transfers},
                                                         {"refused", end.refused},
                                                         {"money_off", off},
                                                         {"balances", hash}})
                  .c_str());
  else
    std::printf("%s: %s transfers, %s refused, %s units lost or from nowhere; balances %s\n",
                o->engine.c_str(), std::to_string(o->transfers).c_str(),
                std::to_string(end.refused).c_str(), std::to_string(off).c_str(), hash.c_str());
  return trace.finish(off == 0 && end.refused == 0 ? 0 : 1);
}

} // namespace troupe::apps
