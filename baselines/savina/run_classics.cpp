// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "baselines/savina/crew.hpp"
#include "baselines/savina/run.hpp"

namespace troupe::baselines {

using namespace savina;

// -- banking --------------------------------------------------------------------------------------

banking_outcome by_locks(const banking_plan& p) {
  struct account {
    std::mutex mutex;
    std::int64_t balance = 0;
  };
  std::vector<account> accounts(p.accounts);
  for (auto& a : accounts)
    a.balance = opening_of(p);
  std::vector<number> paid(p.tellers, 0);
  run_crew(p.tellers, [&](number me) {
    number mine = 0;
    for (number i = me; i < p.transfers; i += p.tellers, ++mine) {
      const auto t = transfer_of(p, i);
      const std::lock_guard lower(accounts[std::min(t.from, t.to)].mutex);
      const std::lock_guard higher(accounts[std::max(t.from, t.to)].mutex);
      accounts[t.from].balance -= t.amount;
      accounts[t.to].balance += t.amount;
    }
    paid[me] = mine;
  });
  banking_outcome o;
  o.paid = std::accumulate(paid.begin(), paid.end(), number{0});
  for (const auto& a : accounts)
    o.balances.push_back(a.balance);
  return o;
}

// -- philosophers ---------------------------------------------------------------------------------

philosophers_outcome by_locks(const philosophers_plan& p) {
  struct fork {
    std::mutex mutex;
    number taken = 0, returned = 0;
  };
  std::vector<fork> forks(p.seats);
  philosophers_outcome o;
  o.meals.assign(p.seats, 0);
  run_crew(p.seats, [&](number me) {
    const auto right = (me + 1) % p.seats;
    auto &first = forks[std::min(me, right)], &second = forks[std::max(me, right)];
    number meals = 0;
    while (meals < p.rounds) {
      const trace::told_lock one(first.mutex, "fork", std::min(me, right));
      ++first.taken;
      const trace::told_lock other(second.mutex, "fork", std::max(me, right));
      ++second.taken;
      ++meals;
      ++second.returned;
      ++first.returned;
    }
    o.meals[me] = meals;
  });
  for (auto& f : forks) {
    const std::unique_lock there(f.mutex, std::try_to_lock);
    o.on_table += there.owns_lock();
    o.taken += f.taken;
    o.returned += f.returned;
  }
  return o;
}

// -- barber ---------------------------------------------------------------------------------------

namespace {

class barber_shop {
public:
  explicit barber_shop(number chairs) : chairs_(chairs) {}

  /// Returns: whether there is a place, in the waiting room or, if nobody is in it, at the
  /// barber's.
  bool enter(number customer) {
    {
      const std::lock_guard lock(mutex_);
      if (busy_) {
        if (waiting_.size() == chairs_)
          return false;
        waiting_.push_back(customer);
        return true;
      }
      busy_ = true;
      next_ = customer;
    }
    wakes_.notify_one();
    return true;
  }
  /// Waits until somebody could enter.
  void wait_for_chair() {
    std::unique_lock lock(mutex_);
    wait_for(chair_is_free_, lock, "waits for a chair",
             [this] { return !busy_ || waiting_.size() < chairs_; });
  }
  /// Nobody comes any more.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    wakes_.notify_one();
  }
  /// The barber's: the last one is done. Waits for the next. Returns: nothing when nobody comes.
  std::optional<number> next() {
    std::unique_lock lock(mutex_);
    if (!next_ && !waiting_.empty()) {
      const auto customer = waiting_.front();
      waiting_.pop_front();
      chair_is_free_.notify_one();
      return customer;
    }
    busy_ = next_.has_value();
    chair_is_free_.notify_one();
    wait_for(wakes_, lock, "waits for a customer", [this] { return next_ || closed_; });
    return std::exchange(next_, std::nullopt);
  }

private:
  const number chairs_;
  std::mutex mutex_;
  std::condition_variable wakes_, chair_is_free_;
  std::deque<number> waiting_;
  std::optional<number> next_; // who found the barber asleep
  bool busy_ = false;
  bool closed_ = false;
};

} // namespace

barber_outcome by_locks(const barber_plan& p) {
  barber_shop shop(p.chairs);
  std::vector<char> served(p.haircuts, 0); // the barber's, until it is joined
  barber_outcome o;
  const auto street = [&] {
    std::deque<number> outside; // who were turned away
    const auto visit = [&](number customer) {
      o.ways += way_of(p, o.visits++);
      if (shop.enter(customer))
        return;
      ++o.turned_away;
      outside.push_back(customer);
    };
    for (number i = 0; i < p.haircuts; ++i)
      visit(i);
    while (!outside.empty()) {
      shop.wait_for_chair();
      const auto first = outside.front();
      outside.pop_front();
      visit(first);
    }
    shop.close();
  };
  const auto barber = [&] {
    while (const auto customer = shop.next()) {
      o.hair += haircut_of(p, *customer);
      ++o.haircuts;
      served[*customer] = 1;
    }
  };
  run_crew(2, [&](number who) { who == 0 ? street() : barber(); });
  o.left = static_cast<number>(std::count(served.begin(), served.end(), 1));
  return o;
}

} // namespace troupe::baselines
