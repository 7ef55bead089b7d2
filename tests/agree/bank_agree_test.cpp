// SPDX-License-Identifier: BSD-3-Clause
//
// Every way of sharing a bank keeps the same books. In one thread all answers are those of the rule
// itself; from several threads the end is the same where order cannot matter, and where it can, no
// money is made or lost and nobody goes below zero, at the end and at every moment that can be
// read.

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <numeric>
#include <random>
#include <set>
#include <thread>

#include "tests/agree/bank_engines.hpp"

using namespace troupe;
using namespace troupe::test;
using bank::quick_transfer;
using amounts = std::vector<std::int64_t>;

namespace {

// Few enough that all of them can be locked at once under ThreadSanitizer, which counts to 64.
constexpr std::size_t accounts = 40;
constexpr unsigned threads = 4;
constexpr std::size_t calls_transfers = 500; // given to one apply()

struct temporary_folder {
  temporary_folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "troupe-bank.XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path = pattern;
  }
  ~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::filesystem::path path;
};

std::int64_t sum_of(const amounts& all) {
  return std::accumulate(all.begin(), all.end(), std::int64_t{0});
}

std::int64_t least_of(const amounts& all) { return *std::min_element(all.begin(), all.end()); }

// Right ones only, of 1 to 100.
std::vector<quick_transfer> right_transfers(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 draw(seed);
  std::vector<quick_transfer> made(count);
  for (auto& t : made) {
    t.from = static_cast<std::uint32_t>(draw() % accounts);
    t.to = static_cast<std::uint32_t>((t.from + 1 + draw() % (accounts - 1)) % accounts);
    t.amount = static_cast<std::int64_t>(1 + draw() % 100);
  }
  return made;
}

// All that can be wrong with one as well.
std::vector<quick_transfer> any_transfers(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 draw(seed);
  std::vector<quick_transfer> made(count);
  for (auto& t : made) {
    t.from = static_cast<std::uint32_t>(draw() % (accounts + 1));
    t.to = static_cast<std::uint32_t>(draw() % (accounts + 1));
    t.amount = static_cast<std::int64_t>(draw() % 120) - 10;
  }
  return made;
}

std::size_t apply_in_calls(baselines::quick_bank& bank, std::span<const quick_transfer> all) {
  std::size_t refused = 0;
  while (!all.empty()) {
    const auto call = all.first(std::min(all.size(), calls_transfers));
    refused += bank.apply(call);
    all = all.subspan(call.size());
  }
  return refused;
}

// Returns: how many were refused in all threads.
std::size_t apply_at_once(baselines::quick_bank& bank,
                          const std::vector<std::vector<quick_transfer>>& shares) {
  std::atomic<std::size_t> refused = 0;
  {
    std::vector<std::jthread> crew;
    for (const auto& share : shares)
      crew.emplace_back([&bank, &share, &refused] { refused += apply_in_calls(bank, share); });
  }
  return refused;
}

// What a reader saw who looked again and again while others moved money.
struct sightings {
  std::size_t looks = 0;
  std::size_t wrong = 0;       ///< another sum than at the opening, or something below zero
  std::set<amounts> different; ///< else nothing moved, and looking proved nothing
};

// Looks until it has seen `different` balances, or has lost patience.
sightings watch(baselines::quick_bank& bank, std::size_t different, std::int64_t sum) {
  sightings seen;
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (seen.different.size() < different && std::chrono::steady_clock::now() < patience) {
    auto all = bank.balances();
    ++seen.looks;
    seen.wrong += sum_of(all) != sum || least_of(all) < 0;
    seen.different.insert(std::move(all));
  }
  return seen;
}

} // namespace

BOOST_AUTO_TEST_CASE(one_thread_gets_the_answers_of_the_rule_itself) {
  const temporary_folder folder;
  const amounts opening(accounts, 300);
  for (const auto& engine : bank_engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      const auto under = folder.path / engine.name;
      std::filesystem::create_directory(under);
      const auto bank = engine.open(opening, under);
      bank::balances truth(opening);
      const auto all = any_transfers(engine.thread_transfers, 3);
      std::size_t refused = 0;
      std::mt19937_64 draw(4);
      for (std::span<const quick_transfer> left(all); !left.empty();) {
        const auto call = left.first(std::min<std::size_t>(left.size(), 1 + draw() % 900));
        const auto expected = truth.apply(call);
        BOOST_TEST(bank->apply(call) == expected);
        refused += expected;
        left = left.subspan(call.size());
      }
      const auto have = bank->balances();
      BOOST_TEST(have == amounts(truth.all().begin(), truth.all().end()),
                 boost::test_tools::per_element());
      BOOST_TEST(refused > 0u);
      BOOST_TEST(refused < all.size());
    }
  }
}

BOOST_AUTO_TEST_CASE(several_threads_come_to_the_same_balances_if_none_is_refused) {
  const temporary_folder folder;
  const amounts opening(accounts, 100'000'000);
  for (const auto& engine : bank_engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      const auto under = folder.path / engine.name;
      std::filesystem::create_directory(under);
      const auto bank = engine.open(opening, under);
      bank::balances truth(opening);
      std::vector<std::vector<quick_transfer>> shares;
      for (unsigned i = 0; i < threads; ++i) {
        shares.push_back(right_transfers(engine.thread_transfers, 10 + i));
        BOOST_REQUIRE(truth.apply(shares.back()) == 0u);
      }
      BOOST_TEST(apply_at_once(*bank, shares) == 0u);
      const auto have = bank->balances();
      BOOST_TEST(have == amounts(truth.all().begin(), truth.all().end()),
                 boost::test_tools::per_element());
    }
  }
}

BOOST_AUTO_TEST_CASE(refusals_among_several_threads_lose_no_money) {
  const temporary_folder folder;
  const amounts opening(accounts, 60);
  for (const auto& engine : bank_engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      const auto under = folder.path / engine.name;
      std::filesystem::create_directory(under);
      const auto bank = engine.open(opening, under);
      std::vector<std::vector<quick_transfer>> shares;
      for (unsigned i = 0; i < threads; ++i)
        shares.push_back(any_transfers(engine.thread_transfers, 20 + i));
      const auto refused = apply_at_once(*bank, shares);
      const auto have = bank->balances();
      BOOST_TEST(have.size() == accounts);
      BOOST_TEST(sum_of(have) == sum_of(opening));
      BOOST_TEST(least_of(have) >= 0);
      BOOST_TEST(refused > 0u);
      BOOST_TEST(refused < threads * engine.thread_transfers);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_reader_never_misses_money_that_is_on_its_way) {
  const temporary_folder folder;
  const amounts opening(accounts, 200);
  for (const auto& engine : bank_engines()) {
    if (!engine.whole_to_readers)
      continue;
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      const auto under = folder.path / engine.name;
      std::filesystem::create_directory(under);
      const auto bank = engine.open(opening, under);
      sightings seen;
      {
        // They go on until the reader has seen enough.
        std::vector<std::jthread> crew;
        for (unsigned i = 0; i < threads; ++i)
          crew.emplace_back([&bank, i](const std::stop_token& enough) {
            const auto work = right_transfers(50, 30 + i);
            while (!enough.stop_requested()) {
              bank->apply(work);
              // Some machines' locks would let the reader starve.
              std::this_thread::sleep_for(std::chrono::microseconds(50));
            }
          });
        seen = watch(*bank, engine.looks, sum_of(opening));
      }
      BOOST_TEST(seen.wrong == 0u);
      BOOST_TEST(seen.different.size() == engine.looks);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_bank_that_moves_money_in_two_steps_would_be_seen) {
  // Takes at one look of the reader, gives at another: what atomics do, slowly enough to be seen.
  struct two_steps : baselines::quick_bank {
    std::size_t apply(std::span<const quick_transfer>) override { return 0; }
    amounts balances() override { return ++looks % 2 ? amounts{90, 100} : amounts{90, 110}; }
    int looks = 0;
  } bank;
  const auto seen = watch(bank, 2, 200);
  BOOST_TEST(seen.looks == 2u);
  BOOST_TEST(seen.wrong == 1u);
}

BOOST_AUTO_TEST_CASE(no_engine_opens_with_what_it_could_not_keep) {
  const temporary_folder folder;
  for (const auto& engine : bank_engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      const auto under = folder.path / engine.name;
      std::filesystem::create_directory(under);
      BOOST_CHECK_THROW(engine.open({5, -1}, under), std::invalid_argument);
    }
  }
}
