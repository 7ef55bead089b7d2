// SPDX-License-Identifier: BSD-3-Clause
#include "baselines/bank/watched_locks.hpp"

#include "domain/bank/race.hpp"

namespace troupe::baselines {

watched_locks::watched_locks(std::size_t locks, std::size_t tellers)
    : holder_(locks), waits_for_(tellers), holdings_(locks) {}

std::optional<std::uint32_t>
watched_locks::take(std::uint32_t teller, std::size_t lock,
                    const std::function<void(std::uint32_t holder)>& waiting) {
  std::unique_lock guard{mutex_};
  for (bool first = true; holder_.at(lock); first = false) {
    // Anew after each wake: the lock may have gone to somebody who waits for this teller.
    if (would_close_a_circle(teller, lock))
      return holder_[lock];
    if (first)
      waiting(*holder_[lock]);
    waits_for_.at(teller) = lock;
    {
      const trace::slice waits{"waits for a lock", [&] { return bank::race_account_name(lock); }};
      given_.wait(guard);
    }
    waits_for_[teller].reset();
  }
  holder_[lock] = teller;
  tell_taken(lock);
  return std::nullopt;
}

void watched_locks::give(std::size_t lock) {
  {
    const std::lock_guard guard{mutex_};
    tell_given(lock);
    holder_.at(lock).reset();
  }
  given_.notify_all();
}

void watched_locks::tell_taken(std::size_t lock) {
  auto* const to = trace::on();
  auto& mine = holdings_[lock];
  if (to && mine.told != to) {
    mine.told = to;
    mine.row = to->add_row("lock " + bank::race_account_name(lock) + ": held by");
  }
  if (to) {
    mine.by = to->here();
    mine.since = trace::now();
  }
}

void watched_locks::tell_given(std::size_t lock) {
  const auto& mine = holdings_[lock];
  if (auto* to = trace::on(); to && to == mine.told)
    to->held(mine.row, mine.by, mine.since, trace::now());
}

// Follows holder and wait until somebody runs. Each teller waits for one lock at most and no circle
// was let in before, so the way ends.
bool watched_locks::would_close_a_circle(std::uint32_t teller, std::size_t lock) const {
  for (auto holder = holder_[lock]; holder; holder = holder_[lock]) {
    if (*holder == teller)
      return true;
    if (!waits_for_[*holder])
      return false;
    lock = *waits_for_[*holder];
  }
  return false;
}

} // namespace troupe::baselines
