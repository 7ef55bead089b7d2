// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "io/trace/trace.hpp"

namespace troupe::baselines {

/// Locks that know who holds and who waits. A teller who would wait for somebody that, over however
/// many others, waits for it, is told so instead: plain mutexes would leave all of them there for
/// ever. Since each wait is looked at before it begins, no circle ever closes, and the deadline for
/// finding one is no time at all.
///
///     teller --waits for--> lock --held by--> teller --waits for--> ...     a circle: deadlock
///
/// Threads: any. Each teller number belongs to one thread.
class watched_locks {
public:
  watched_locks(std::size_t locks, std::size_t tellers);

  /// Waits for `lock` and takes it.
  /// Takes: `waiting`, called at most once, before it waits, with who holds the lock; it runs
  /// inside, so that no one can let go in between, and must not call back. Returns: none; or who
  /// holds the lock where waiting would be a deadlock: it was not taken.
  std::optional<std::uint32_t> take(std::uint32_t teller, std::size_t lock,
                                    const std::function<void(std::uint32_t holder)>& waiting);

  /// Takes: a lock that the calling teller holds.
  void give(std::size_t lock);

private:
  bool would_close_a_circle(std::uint32_t teller, std::size_t lock) const;

  // For the timeline: since when each lock is held, in which row of its own, by whose.
  struct holding {
    trace::recorder* told = nullptr;
    trace::row_id row = 0, by = 0;
    trace::moment since = 0;
  };
  void tell_taken(std::size_t lock);
  void tell_given(std::size_t lock);

  std::mutex mutex_; // guards all of it
  std::condition_variable given_;
  std::vector<std::optional<std::uint32_t>> holder_;  // of each lock
  std::vector<std::optional<std::size_t>> waits_for_; // each teller
  std::vector<holding> holdings_;
};

} // namespace troupe::baselines
