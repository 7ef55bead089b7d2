// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <mutex>

#include "io/trace/trace.hpp"

namespace troupe::trace {

/// A std::mutex that a timeline can show: waiting for it is a slice of whoever waits, and it has a
/// row with a slice for each time that it was held. For std::lock_guard and std::unique_lock, and
/// for std::condition_variable_any, whose waiting lets it go and takes it again.
/// Cost: if nobody takes it down, one look more a call; a condition_variable_any has a mutex of its
/// own.
class watched_mutex {
public:
  /// Takes: its name there; it has to live as long.
  explicit watched_mutex(const char* name = "lock") : name_(name) {}
  watched_mutex(const watched_mutex&) = delete;
  watched_mutex& operator=(const watched_mutex&) = delete;

  void lock() {
    if (auto* to = on())
      lock_told(*to);
    else
      mutex_.lock();
  }
  bool try_lock() {
    const bool mine = mutex_.try_lock();
    if (auto* to = on(); to && mine)
      hold(*to);
    return mine;
  }
  void unlock() {
    if (since_ != 0)
      unlock_told();
    else
      mutex_.unlock();
  }

private:
  void lock_told(recorder& to);
  void hold(recorder& to);
  void unlock_told();

  std::mutex mutex_;
  const char* name_;
  // Of who holds it.
  moment since_ = 0;
  recorder* told_ = nullptr; // whose rows these are
  row_id row_ = 0;
  row_id holder_ = 0;
};

/// Holds a plain mutex for the rest of the block, for where there are many: waiting and holding are
/// slices of who does it. Those that hold several let them go in turn, the last one first.
class told_lock {
public:
  /// Takes: `number`, which of them it is.
  told_lock(std::mutex& mutex, const char* name, std::uint64_t number)
      : mutex_(mutex), to_(on()), name_(name) {
    if (to_)
      lock_told(number);
    else
      mutex_.lock();
  }
  ~told_lock() {
    mutex_.unlock();
    if (to_)
      to_->slice(row_, to_->text(name_), detail_, since_, now());
  }
  told_lock(const told_lock&) = delete;
  told_lock& operator=(const told_lock&) = delete;

private:
  void lock_told(std::uint64_t number);

  std::mutex& mutex_;
  recorder* to_;
  const char* name_;
  row_id row_ = 0;
  text_id detail_ = 0;
  moment since_ = 0;
};

/// Waits by `wait`, and says so: a slice, `name`, if `ready` does not hold yet.
template <class Ready, class Wait>
auto waiting(const char* name, Ready ready, Wait wait) {
  if (!on() || ready())
    return wait();
  const slice waits{name};
  return wait();
}

} // namespace troupe::trace
