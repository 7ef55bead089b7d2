// SPDX-License-Identifier: BSD-3-Clause
#include "baselines/bank/watched_locks.hpp"

namespace troupe::baselines {

watched_locks::watched_locks(std::size_t locks, std::size_t tellers)
    : holder_(locks), waits_for_(tellers) {}

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
    given_.wait(guard);
    waits_for_[teller].reset();
  }
  holder_[lock] = teller;
  return std::nullopt;
}

void watched_locks::give(std::size_t lock) {
  {
    const std::lock_guard guard{mutex_};
    holder_.at(lock).reset();
  }
  given_.notify_all();
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
