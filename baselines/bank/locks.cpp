// SPDX-License-Identifier: BSD-3-Clause
#include "baselines/bank/quick_bank.hpp"
#include "io/trace/watched_mutex.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>

namespace troupe::baselines {

namespace {

using bank::quick_refusal;
using bank::quick_transfer;

// A program that takes no timeline down has plain locks: what is measured here is small enough for
// a look at a pointer to count.
struct plain_lock {
  plain_lock(std::mutex& mutex, const char*, std::size_t) : hold(mutex) {}
  std::lock_guard<std::mutex> hold;
};

struct named_mutex : trace::watched_mutex {
  named_mutex() : watched_mutex("all accounts") {}
};

template <class Mutex>
class mutex_bank : public quick_bank {
public:
  mutex_bank(std::vector<std::int64_t> opening, std::size_t batch_transfers_max)
      : accounts_(std::move(opening)),
        batch_transfers_max_(std::max<std::size_t>(1, batch_transfers_max)) {}

  std::size_t apply(std::span<const quick_transfer> transfers) override {
    std::size_t refused = 0;
    while (!transfers.empty()) {
      const auto batch = transfers.first(std::min(transfers.size(), batch_transfers_max_));
      {
        const std::lock_guard lock(mutex_);
        refused += accounts_.apply(batch);
      }
      transfers = transfers.subspan(batch.size());
    }
    return refused;
  }

  std::vector<std::int64_t> balances() override {
    const std::lock_guard lock(mutex_);
    const auto all = accounts_.all();
    return {all.begin(), all.end()};
  }

private:
  Mutex mutex_;
  bank::balances accounts_;
  const std::size_t batch_transfers_max_;
};

template <class Lock>
class ordered_locks : public quick_bank {
public:
  explicit ordered_locks(const std::vector<std::int64_t>& opening) : accounts_(opening.size()) {
    bank::opening_sum(opening);
    for (std::size_t i = 0; i < opening.size(); ++i)
      accounts_[i].amount = opening[i];
  }

  std::size_t apply(std::span<const quick_transfer> transfers) override {
    std::size_t refused = 0;
    for (const auto& t : transfers)
      refused += apply_one(t) != quick_refusal::none;
    return refused;
  }

  // Takes every lock there is, in the same order as everybody else, and only then looks: reading
  // one account after the other would count money twice that moves on meanwhile.
  std::vector<std::int64_t> balances() override {
    std::vector<std::int64_t> all;
    all.reserve(accounts_.size());
    for (auto& a : accounts_)
      a.mutex.lock();
    for (const auto& a : accounts_)
      all.push_back(a.amount);
    for (auto& a : accounts_)
      a.mutex.unlock();
    return all;
  }

private:
  struct account {
    std::mutex mutex;
    std::int64_t amount = 0;
  };

  quick_refusal apply_one(const quick_transfer& t) {
    if (const auto refusal = bank::check_form(t, accounts_.size()); refusal != quick_refusal::none)
      return refusal;
    const auto first = std::min(t.from, t.to), second = std::max(t.from, t.to);
    const Lock lower(accounts_[first].mutex, "account", first);
    const Lock higher(accounts_[second].mutex, "account", second);
    return bank::move_funds(t.amount, accounts_[t.from].amount, accounts_[t.to].amount);
  }

  std::vector<account> accounts_;
};

class atomics : public quick_bank {
public:
  explicit atomics(const std::vector<std::int64_t>& opening) : amounts_(opening.size()) {
    bank::opening_sum(opening);
    for (std::size_t i = 0; i < opening.size(); ++i)
      amounts_[i].store(opening[i], std::memory_order_relaxed);
  }

  std::size_t apply(std::span<const quick_transfer> transfers) override {
    std::size_t refused = 0;
    for (const auto& t : transfers)
      refused += apply_one(t) != quick_refusal::none;
    return refused;
  }

  std::vector<std::int64_t> balances() override {
    std::vector<std::int64_t> all(amounts_.size());
    std::transform(amounts_.begin(), amounts_.end(), all.begin(),
                   [](const auto& a) { return a.load(std::memory_order_relaxed); });
    return all;
  }

private:
  // No transfer depends on another's memory, only on the two amounts: relaxed order is enough. The
  // target's balance may have grown before we add to it, but not beyond the sum of all accounts.
  quick_refusal apply_one(const quick_transfer& t) {
    if (const auto refusal = bank::check_form(t, amounts_.size()); refusal != quick_refusal::none)
      return refusal;
    auto& from = amounts_[t.from];
    auto& to = amounts_[t.to];
    auto seen = from.load(std::memory_order_relaxed);
    do {
      const auto refusal = bank::check_funds(t.amount, seen, to.load(std::memory_order_relaxed));
      if (refusal != quick_refusal::none)
        return refusal;
    } while (!from.compare_exchange_weak(seen, seen - t.amount, std::memory_order_relaxed));
    to.fetch_add(t.amount, std::memory_order_relaxed);
    return quick_refusal::none;
  }

  std::vector<std::atomic<std::int64_t>> amounts_;
};

} // namespace

std::unique_ptr<quick_bank> one_mutex_bank(std::vector<std::int64_t> opening) {
  return batched_mutex_bank(std::move(opening), 1);
}

std::unique_ptr<quick_bank> batched_mutex_bank(std::vector<std::int64_t> opening,
                                               std::size_t batch_transfers_max) {
  if (trace::on())
    return std::make_unique<mutex_bank<named_mutex>>(std::move(opening), batch_transfers_max);
  return std::make_unique<mutex_bank<std::mutex>>(std::move(opening), batch_transfers_max);
}

std::unique_ptr<quick_bank> ordered_locks_bank(std::vector<std::int64_t> opening) {
  if (trace::on())
    return std::make_unique<ordered_locks<trace::told_lock>>(opening);
  return std::make_unique<ordered_locks<plain_lock>>(opening);
}

std::unique_ptr<quick_bank> atomics_bank(std::vector<std::int64_t> opening) {
  return std::make_unique<atomics>(opening);
}

} // namespace troupe::baselines
